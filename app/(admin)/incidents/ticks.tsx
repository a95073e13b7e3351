'use client'

import { useId } from 'react'
import { useActionResult } from '@/components/action-form'

/** Several boxes under one heading, none ticked beforehand. */
export function Ticks({
  name,
  label,
  options,
}: {
  name: string
  label: string
  options: readonly { value: string; label: string; note?: string; disabled?: boolean }[]
}) {
  const wrong = useActionResult()?.fields?.[name]
  const id = useId()
  return (
    <fieldset tabIndex={-1} aria-describedby={wrong ? `${id}-wrong` : undefined}>
      <legend className="mb-1 font-medium">{label}</legend>
      <div className="grid gap-y-1">
        {options.map((option) => (
          <label key={option.value} className="flex min-h-6 items-start gap-2">
            <input
              type="checkbox"
              name={name}
              value={option.value}
              disabled={option.disabled}
              aria-invalid={wrong ? true : undefined}
              className="mt-1"
            />
            <span>
              {option.label}
              {option.note && <span className="text-muted text-meta block">{option.note}</span>}
            </span>
          </label>
        ))}
      </div>
      {wrong && (
        <p id={`${id}-wrong`} className="text-bad text-meta mt-1">
          ✕ {wrong}
        </p>
      )}
    </fieldset>
  )
}
