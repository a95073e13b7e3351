'use client'

import { useRouter } from 'next/navigation'
import type { Route } from 'next'
import { useEffect, useRef } from 'react'
import { addShortcut } from './shortcut-registry'

/**
 * J and K walk the rows of the table body that gets the returned ref. While a peek is open they move it along, without
 * a step in the history for each row. Enter is the link's own.
 */
export function useRowKeys() {
  const body = useRef<HTMLTableSectionElement>(null)
  const router = useRouter()
  useEffect(() => {
    const step = (by: 1 | -1) => {
      const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('a.row-link') ?? [])]
      const focused = links.findIndex((link) => link === document.activeElement)
      const peeked = links.findIndex((link) => link.closest('tr')?.getAttribute('aria-current') === 'true')
      const from = focused >= 0 ? focused : peeked
      const to = links[from < 0 ? 0 : Math.min(links.length - 1, Math.max(0, from + by))]
      if (!to) return
      to.focus()
      const open = document.querySelector('[data-drawer]')
      if (open) router.replace((to.pathname + to.search) as Route, { scroll: false })
    }
    const down = addShortcut('j', 'next', () => step(1))
    const up = addShortcut('k', 'previous', () => step(-1))
    return () => {
      down()
      up()
    }
  }, [router])
  return body
}
