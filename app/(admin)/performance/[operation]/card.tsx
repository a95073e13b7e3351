import type { ReactNode } from 'react'

/** A framed part of the page under its heading. */
export function Card({
  title,
  children,
  className = '',
}: {
  title: string
  children: ReactNode
  className?: string
}) {
  return (
    <section className={`border-line rounded-card bg-panel min-w-0 border px-4 py-3.5 ${className}`}>
      <h2 className="mb-2 font-semibold">{title}</h2>
      {children}
    </section>
  )
}
