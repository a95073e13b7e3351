'use client'

import { useActionState } from 'react'
import type { ActionResult } from '@/lib/session/action'
import { verifySignatures } from './actions'

/** Verifies what waited longest; says what came of it. Works as a plain form too. */
export function VerifyButton({ label }: { label: string }) {
  const [result, dispatch, pending] = useActionState<ActionResult | null, FormData>(verifySignatures, null)
  return (
    <form action={dispatch} className="flex flex-wrap items-center gap-2">
      <span role="status" className={result && !result.ok ? 'text-bad' : 'text-muted'}>
        {result?.message}
      </span>
      <button
        type="submit"
        disabled={pending}
        className="border-accent bg-accent text-paper rounded-control min-h-8 border px-3 py-1 font-medium hover:brightness-110 disabled:opacity-60"
      >
        {label}
      </button>
    </form>
  )
}
