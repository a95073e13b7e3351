'use client'

import { useRouter } from 'next/navigation'
import type { Route } from 'next'
import { useEffect, useRef, useTransition, type ReactNode } from 'react'

/**
 * A GET form that the router answers: a choice is a step in the history, typing replaces it after 300 ms, and empty
 * fields stay out of the address. Without a script it is the same form with a button.
 */
export function FilterForm({
  path,
  label,
  state,
  children,
}: {
  path: string
  label: string
  /** Changes whenever the address says other values, so that the fields follow it. */
  state: string
  children: ReactNode
}) {
  const router = useRouter()
  const [pending, start] = useTransition()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    const element = form.current
    if (!element || element.dataset.state === state) return
    const first = element.dataset.state === undefined
    element.dataset.state = state
    // What was chosen before this script ran has not been asked for yet.
    if (first && fieldsOf(element).some((field) => !field.asSaid)) element.requestSubmit()
    else for (const field of fieldsOf(element)) field.follow()
  }, [state])
  const go = (form: HTMLFormElement, how: 'push' | 'replace') => {
    clearTimeout(timer.current)
    const href = path + query(form)
    start(() => router[how](href as Route, { scroll: false }))
  }
  return (
    <form
      ref={form}
      method="get"
      autoComplete="off"
      action={path}
      role="search"
      aria-label={label}
      data-pending={pending || undefined}
      className="data-[pending]:pending-line flex min-w-full flex-1 flex-wrap items-center gap-2 sm:min-w-0"
      onSubmit={(event) => {
        event.preventDefault()
        go(event.currentTarget, 'push')
      }}
      onChange={(event) => {
        const form = event.currentTarget
        if (isSearch(event.target)) {
          clearTimeout(timer.current)
          timer.current = setTimeout(() => go(form, 'replace'), 300)
        } else go(form, 'push')
      }}
    >
      {children}
    </form>
  )
}

const isSearch = (target: EventTarget) => target instanceof HTMLInputElement && target.type === 'search'

/** The fields as the address has them: no empty ones, no defaults, several values of one name with commas. */
function query(form: HTMLFormElement): string {
  const values = new Map<string, string[]>()
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== 'string' || value.trim() === '' || isDefault(form, name, value)) continue
    values.set(name, [...(values.get(name) ?? []), value.trim()])
  }
  const text = new URLSearchParams([...values].map(([name, all]) => [name, all.join(',')])).toString()
  return text === '' ? '' : `?${text.replaceAll('%2C', ',')}`
}

function isDefault(form: HTMLFormElement, name: string, value: string): boolean {
  const field = form.elements.namedItem(name)
  return field instanceof HTMLSelectElement && field.dataset.default === value
}

interface FormField {
  /** Holds what the address says. */
  readonly asSaid: boolean
  /** Shows what the address says, unless somebody is in it. */
  readonly follow: () => unknown
}

/** A chip or Back may change the address: every visible field, with what it ought to show. */
function fieldsOf(form: HTMLFormElement): FormField[] {
  return [...form.elements].flatMap((element): FormField[] => {
    const idle = () => element !== document.activeElement
    if (element instanceof HTMLSelectElement) {
      const said = element.dataset.value || element.dataset.default || ''
      return [{ asSaid: element.value === said, follow: () => idle() && (element.value = said) }]
    }
    if (!(element instanceof HTMLInputElement) || element.type === 'hidden') return []
    if (element.type === 'checkbox') {
      const said = element.defaultChecked
      return [{ asSaid: element.checked === said, follow: () => idle() && (element.checked = said) }]
    }
    const said = element.defaultValue
    return [{ asSaid: element.value === said, follow: () => idle() && (element.value = said) }]
  })
}
