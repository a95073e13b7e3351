'use client'

import { useActionState } from 'react'
import type { ActionResult } from '@/lib/session/action'
import { readCatalogAgain } from './actions'

/** Reads the catalog now; says so, or why not. Works as a plain form too. */
export function ReadAgainButton({ label, quiet }: { label: string; quiet: boolean }) {
  const [result, dispatch, pending] = useActionState<ActionResult | null, FormData>(readCatalogAgain, null)
  return (
    <form action={dispatch} className="flex items-center gap-2">
      <button
        type="submit"
        id={quiet ? 'read-again' : undefined}
        disabled={pending}
        aria-label={quiet ? label : undefined}
        title={quiet ? label : undefined}
        className={
          quiet
            ? 'border-edge bg-panel hover:bg-sunken rounded-control size-8 border disabled:opacity-60'
            : 'border-accent bg-accent text-paper rounded-control min-h-8 border px-3 py-1 font-medium hover:brightness-110 disabled:opacity-60'
        }
      >
        {quiet ? <span aria-hidden="true">↻</span> : label}
      </button>
      <span role="status" className={quiet || !result || result.ok ? 'sr-only' : 'text-bad'}>
        {result?.message}
      </span>
    </form>
  )
}
