'use client'

import Link from 'next/link'
import type { Route } from 'next'
import { usePathname } from 'next/navigation'
import { useEffect, useRef, type ReactNode } from 'react'

/** A tab: current when the address is exactly its own. */
export function TabLink({ href, children }: { href: string; children: ReactNode }) {
  const here = usePathname()
  const current = safe(here) === safe(new URL(href, 'http://x').pathname)
  const link = useRef<HTMLAnchorElement>(null)
  // On a phone the row of tabs scrolls: the one that is open is in sight.
  useEffect(() => {
    const row = link.current?.closest('nav')
    if (current && row && link.current) row.scrollLeft = link.current.offsetLeft - row.clientWidth / 3
  }, [current])
  return (
    <Link
      ref={link}
      href={href as Route}
      prefetch={false}
      aria-current={current ? 'page' : undefined}
      className="aria-[current=page]:border-accent text-muted hover:text-ink aria-[current=page]:text-ink -mb-px block border-b-2 border-transparent px-3 py-1.5 whitespace-nowrap aria-[current=page]:font-medium"
    >
      {children}
    </Link>
  )
}

/** Paths carry identifiers; the router and the server may encode them differently. */
function safe(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
