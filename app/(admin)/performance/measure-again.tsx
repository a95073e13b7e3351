'use client'

import { useActionState } from 'react'
import type { ActionResult } from '@/lib/session/action'
import { measureAgain } from './actions'

/** Times the operations now; says so, or why not. Works as a plain form too. */
export function MeasureAgain({ label }: { label: string }) {
  const [result, dispatch, pending] = useActionState<ActionResult | null, FormData>(measureAgain, null)
  return (
    <form action={dispatch} className="no-print flex items-center gap-2">
      <span role="status" className={!result || result.ok ? 'sr-only' : 'text-bad'}>
        {result?.message}
      </span>
      <button
        type="submit"
        disabled={pending}
        className="border-edge bg-panel hover:bg-sunken rounded-control min-h-8 border px-3 py-1 disabled:opacity-60"
      >
        {label}
      </button>
    </form>
  )
}
