'use client'

import { useRouter } from 'next/navigation'
import type { Route } from 'next'
import { useEffect, useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'

/**
 * The keys of the matrix: one stop for Tab, arrows between cells, and a press that opens the peek without moving the
 * list. Without a script every cell is a plain link.
 */
export function MatrixKeys({
  label,
  className,
  children,
}: {
  label: string
  className: string
  children: ReactNode
}) {
  const box = useRef<HTMLDivElement>(null)
  const router = useRouter()
  useEffect(() => {
    const cells = box.current?.querySelectorAll<HTMLAnchorElement>('a[data-cell]') ?? []
    const current = box.current?.querySelector('a[data-cell][aria-current=true]') ?? cells[0]
    for (const cell of cells) cell.tabIndex = cell === current ? 0 : -1
  }, [children])
  const onClick = (event: MouseEvent) => {
    const cell = cellAt(event.target)
    if (!cell || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    router.push((cell.pathname + cell.search) as Route, { scroll: false })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const cell = cellAt(event.target)
    const next = cell && neighbour(cell, event.key)
    if (!cell || !next) return
    event.preventDefault()
    cell.tabIndex = -1
    next.tabIndex = 0
    next.focus()
    next.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the cells inside are links
    <div
      ref={box}
      role="region"
      aria-label={label}
      tabIndex={0}
      className={className}
      onClick={onClick}
      onKeyDown={onKeyDown}
    >
      {children}
    </div>
  )
}

const cellAt = (target: EventTarget) =>
  target instanceof Element ? target.closest<HTMLAnchorElement>('a[data-cell]') : null

function neighbour(cell: HTMLAnchorElement, key: string): HTMLAnchorElement | null {
  const td = cell.closest('td')
  const tr = td?.parentElement
  if (!td || !tr) return null
  const row = key === 'ArrowUp' ? tr.previousElementSibling : key === 'ArrowDown' ? tr.nextElementSibling : tr
  const by = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0
  if (row === tr && by === 0) return null
  return (
    (row as HTMLTableRowElement | null)?.cells[td.cellIndex + by]?.querySelector<HTMLAnchorElement>(
      'a[data-cell]',
    ) ?? null
  )
}
