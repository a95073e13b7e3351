'use client'

import Link from 'next/link'
import type { Route } from 'next'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'

/** An entry of the sidebar: current on its page and on all below it; closes the menu of a phone. */
export function NavLink({ href, children }: { href: string; children: ReactNode }) {
  const here = usePathname()
  const current = here === href || here.startsWith(`${href}/`)
  return (
    <Link
      href={href as Route}
      prefetch={false}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        const menu = event.currentTarget.closest<HTMLElement>('[popover]')
        if (menu?.matches(':popover-open')) menu.hidePopover()
      }}
      className="aria-[current=page]:bg-panel aria-[current=page]:border-line hover:bg-panel rounded-control flex min-h-8 items-center justify-between gap-2 border border-transparent px-2 py-1 aria-[current=page]:font-semibold"
    >
      {children}
    </Link>
  )
}
