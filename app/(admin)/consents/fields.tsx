'use client'

import { useId, useState, type ReactNode } from 'react'
import { useActionResult } from '@/components/action-form'
import { SentFile, type SentFileWords } from './sent-file'

const box =
  'border-edge bg-panel rounded-control aria-[invalid=true]:border-bad block min-h-8 border px-2.5 py-1'

function useWrong(name: string): string | undefined {
  return useActionResult()?.fields?.[name]
}

function Wrong({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={id} className="text-bad text-meta mt-1">
      ✕ {children}
    </p>
  )
}

/** Choices of which none is made for the person. */
export function Radios({
  name,
  label,
  options,
  hint,
}: {
  name: string
  label: string
  options: readonly { value: string; label: string }[]
  hint?: string
}) {
  const wrong = useWrong(name)
  const id = useId()
  return (
    <fieldset
      role="radiogroup"
      tabIndex={-1}
      aria-invalid={wrong ? true : undefined}
      aria-describedby={`${id}-hint ${id}-wrong`}
    >
      <legend className="mb-1 font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {options.map((option) => (
          <label key={option.value} className="flex min-h-6 items-center gap-2">
            <input type="radio" name={name} value={option.value} />
            {option.label}
          </label>
        ))}
      </div>
      {hint && (
        <p id={`${id}-hint`} className="text-muted text-meta mt-1">
          {hint}
        </p>
      )}
      {wrong && <Wrong id={`${id}-wrong`}>{wrong}</Wrong>}
    </fieldset>
  )
}

/** One box to tick, never ticked beforehand. */
export function Tick({ name, label }: { name: string; label: string }) {
  const wrong = useWrong(name)
  const id = useId()
  return (
    <div>
      <label className="flex min-h-6 items-center gap-2 font-medium">
        <input
          type="checkbox"
          name={name}
          value="yes"
          aria-invalid={wrong ? true : undefined}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
        />
        {label}
      </label>
      {wrong && <Wrong id={`${id}-wrong`}>{wrong}</Wrong>}
    </div>
  )
}

/** A wall clock's date and time, where the clinic is; left empty it is now. */
export function LocalTime({ name, label, hint }: { name: string; label: string; hint: string }) {
  const wrong = useWrong(name)
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        id={id}
        type="datetime-local"
        name={name}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}-hint ${id}-wrong`}
        className={box}
      />
      <p id={`${id}-hint`} className="text-muted text-meta mt-1">
        {hint}
      </p>
      {wrong && <Wrong id={`${id}-wrong`}>{wrong}</Wrong>}
    </div>
  )
}

/** The evidence: a scan that is sent and kept here, or the typed hash of one that is kept elsewhere. */
export function Evidence({
  name,
  patient,
  words,
}: {
  name: string
  patient: string
  words: SentFileWords & { readonly label: string; readonly hint: string }
}) {
  const wrong = useWrong(name)
  const id = useId()
  const [value, setValue] = useState('')
  // Another hash than that of the file: the form no longer speaks of the file.
  const [typed, setTyped] = useState(0)
  return (
    <div className="space-y-3">
      <SentFile key={typed} name="evidenceFile" patient={patient} words={words} onKept={setValue} />
      <div>
        <label htmlFor={id} className="mb-1 block font-medium">
          {words.label}
        </label>
        <input
          id={id}
          name={name}
          value={value}
          onChange={(event) => {
            setValue(event.target.value)
            setTyped((times) => times + 1)
          }}
          spellCheck={false}
          autoComplete="off"
          maxLength={64}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={`${id}-hint ${id}-wrong`}
          className={`${box} w-full font-mono text-meta`}
        />
        <p id={`${id}-hint`} className="text-muted text-meta mt-1">
          {words.hint}
        </p>
        {wrong && <Wrong id={`${id}-wrong`}>{wrong}</Wrong>}
      </div>
    </div>
  )
}

/** A choice from a list whose first entry is no choice. */
export function Choice({
  name,
  label,
  pick,
  options,
  hint,
}: {
  name: string
  label: string
  pick: string
  options: readonly { value: string; label: string }[]
  hint?: string | undefined
}) {
  const wrong = useWrong(name)
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <select
        id={id}
        name={name}
        defaultValue=""
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}-hint ${id}-wrong`}
        className={`${box} w-full max-w-[36ch]`}
      >
        <option value="">{pick}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {hint && (
        <p id={`${id}-hint`} className="text-muted text-meta mt-1">
          {hint}
        </p>
      )}
      {wrong && <Wrong id={`${id}-wrong`}>{wrong}</Wrong>}
    </div>
  )
}

/** Prints this page. */
export function PrintButton({ label }: { label: string }) {
  return (
    <button
      type="button"
      onClick={() => window.print()}
      className="border-accent bg-accent text-paper rounded-control no-print min-h-8 border px-3 py-1 font-medium hover:brightness-110"
    >
      {label}
    </button>
  )
}
