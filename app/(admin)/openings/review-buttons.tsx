'use client'

import { useActionState } from 'react'
import type { ActionResult } from '@/lib/session/action'
import { reviewEmergency } from './actions'

/** Two answers to one question; says why when it could not be kept. Works as a plain form too. */
export function ReviewButtons({
  clinic,
  opening,
  labels,
}: {
  clinic: string
  opening: string
  labels: { readonly yes: string; readonly no: string }
}) {
  const [result, dispatch, pending] = useActionState<ActionResult | null, FormData>(reviewEmergency, null)
  return (
    <form action={dispatch} className="no-print relative z-1 flex flex-wrap gap-1">
      <input type="hidden" name="clinic" value={clinic} />
      <input type="hidden" name="opening" value={opening} />
      {(['yes', 'no'] as const).map((answer) => (
        <button
          key={answer}
          type="submit"
          name="justified"
          value={answer}
          disabled={pending}
          className="border-edge bg-panel hover:bg-sunken rounded-control text-meta border px-2 py-0.5 disabled:opacity-60"
        >
          {labels[answer]}
        </button>
      ))}
      <span role="status" className={result && !result.ok ? 'text-bad text-meta' : 'sr-only'}>
        {result?.message}
      </span>
    </form>
  )
}
