import type { ReactNode } from 'react'

/**
 * A page that is only a sentence: not found, forbidden, failed. `inside` where the chrome brings the `<main>` already;
 * `reference` is what support asks for.
 */
export function Notice({
  title,
  children,
  reference,
  inside = false,
}: {
  title: string
  children: ReactNode
  reference?: string
  inside?: boolean
}) {
  const Box = inside ? 'div' : 'main'
  return (
    <Box
      id={inside ? undefined : 'content'}
      className={`max-w-[72ch] ${inside ? 'py-4' : 'mx-auto px-5 py-16'}`}
    >
      <h1 className="text-title">{title}</h1>
      <div className="text-muted mt-2 space-y-4">{children}</div>
      {reference && <p className="text-muted text-meta mt-6 font-mono">{reference}</p>}
    </Box>
  )
}
