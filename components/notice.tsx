import type { ReactNode } from 'react'

/** A page that is only a sentence: not found, forbidden, failed. `reference` is what support asks for. */
export function Notice({
  title,
  children,
  reference,
}: {
  title: string
  children: ReactNode
  reference?: string
}) {
  return (
    <main id="content" className="mx-auto max-w-[72ch] px-5 py-16">
      <h1 className="text-title">{title}</h1>
      <div className="text-muted mt-2 space-y-4">{children}</div>
      {reference && <p className="text-muted text-meta mt-6 font-mono">{reference}</p>}
    </main>
  )
}
