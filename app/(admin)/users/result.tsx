'use client'

import { useActionResult } from '@/components/action-form'

/** A password that is shown once, inside the form whose action made it. */
export function OneTimePassword({ label, note }: { label: string; note: string }) {
  const password = useActionResult()?.data?.password
  if (!password) return null
  return (
    <div className="border-line bg-sunken rounded-card max-w-[48ch] border p-3" role="status">
      <p className="font-medium">{label}</p>
      <p className="my-1 font-mono text-lead select-all" data-secret>
        {password}
      </p>
      <p className="text-muted text-meta">{note}</p>
    </div>
  )
}

/** The sentence about a group of checkboxes, which no single control carries. */
export function GroupProblem({ name, id }: { name: string; id: string }) {
  const wrong = useActionResult()?.fields?.[name]
  if (!wrong) return null
  return (
    <p id={id} className="text-bad text-meta mt-1">
      ✕ {wrong}
    </p>
  )
}
