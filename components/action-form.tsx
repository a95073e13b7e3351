'use client'

import {
  createContext,
  useActionState,
  useContext,
  useEffect,
  useId,
  useRef,
  useTransition,
  type ReactNode,
} from 'react'
import type { ActionResult, FormAction } from '@/lib/session/action'

const Result = createContext<ActionResult | null>(null)

interface Props {
  /** What `action(…)` of lib/session/action made. */
  action: FormAction
  /** The verb on the button. */
  submit: ReactNode
  /** Shown on the button while it runs. */
  working: string
  children?: ReactNode
  /** Hidden fields. */
  values?: Readonly<Record<string, string>>
  danger?: boolean
  /** One line: fields and button side by side. */
  inline?: boolean
  /** What was typed stays after it worked too: to be tried first, then done. */
  keep?: boolean
  /** Not the page's primary button. */
  quiet?: boolean
  /** Beside the button: a link back. */
  aside?: ReactNode
  className?: string
}

/**
 * The only form that writes. Posts without a script as well; with one, what was typed stays when it was refused, the
 * first wrong field gets the focus, and the sentence of the result is read out.
 */
export function ActionForm({
  action,
  submit,
  working,
  children,
  values = {},
  danger,
  inline,
  keep,
  quiet,
  aside,
  className = '',
}: Props) {
  const [result, dispatch] = useActionState<ActionResult | null, FormData>(action, null)
  const [pending, start] = useTransition()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (result?.ok) {
      if (!keep) form.current?.reset()
    } else if (result) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [result, keep])
  const look = danger
    ? 'border-bad text-bad hover:bg-bad-bg'
    : quiet
      ? 'border-edge bg-panel hover:bg-sunken'
      : 'border-accent bg-accent text-paper hover:brightness-110'
  return (
    <form
      ref={form}
      action={dispatch}
      className={`${inline ? 'flex flex-wrap items-end gap-2' : 'space-y-3'} ${className}`}
      onSubmit={(event) => {
        // React would empty the fields after a refusal too.
        event.preventDefault()
        const data = new FormData(event.currentTarget, (event.nativeEvent as SubmitEvent).submitter)
        start(() => dispatch(data))
      }}
    >
      {Object.entries(values).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Result value={result}>{children}</Result>
      <div className="flex flex-wrap items-center gap-3">
        <button
          type="submit"
          disabled={pending}
          className={`rounded-control inline-flex min-h-8 items-center border px-3 py-1 font-medium whitespace-nowrap disabled:opacity-60 ${look}`}
        >
          {pending ? working : submit}
        </button>
        {aside}
      </div>
      <p role="status" className={result ? (result.ok ? 'text-ok' : 'text-bad') : 'sr-only'}>
        {result && `${result.ok ? '✓' : '✕'} ${result.message}`}
      </p>
    </form>
  )
}

/** What the last run of the form's action said, for a page that shows `data` once. */
export const useActionResult = () => useContext(Result)

interface FieldProps {
  name: string
  label: ReactNode
  /** The control: gets `id`, `aria-describedby` and `aria-invalid` handed over. */
  kind?: 'text' | 'email' | 'password' | 'date' | 'number' | 'textarea' | 'select'
  hint?: ReactNode
  required?: boolean
  defaultValue?: string
  options?: readonly { value: string; label: string }[]
  autoComplete?: string
  maxLength?: number
  rows?: number
}

/** A labelled control with its hint and the sentence of what is wrong with it. */
export function Field({ name, label, kind = 'text', hint, options = [], rows = 3, ...rest }: FieldProps) {
  const wrong = useContext(Result)?.fields?.[name]
  const id = useId()
  const notes = [hint ? `${id}-hint` : '', wrong ? `${id}-wrong` : ''].filter(Boolean).join(' ')
  const common = {
    id,
    name,
    'aria-invalid': wrong ? (true as const) : undefined,
    'aria-describedby': notes || undefined,
    className:
      'border-edge bg-panel rounded-control aria-[invalid=true]:border-bad block min-h-8 w-full border px-2.5 py-1',
    ...rest,
  }
  return (
    <div className="max-w-[48ch]">
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      {kind === 'textarea' ? (
        <textarea rows={rows} {...common} />
      ) : kind === 'select' ? (
        <select {...common}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : (
        <input type={kind} {...common} />
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-muted text-meta mt-1">
          {hint}
        </p>
      )}
      {wrong && (
        <p id={`${id}-wrong`} className="text-bad text-meta mt-1">
          ✕ {wrong}
        </p>
      )}
    </div>
  )
}
