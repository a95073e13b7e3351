'use client'

import { lazy, Suspense, useEffect, useState } from 'react'
import { addShortcut } from './shortcut-registry'
import type { PaletteProps } from './palette-dialog'

const PaletteDialog = lazy(() =>
  import('./palette-dialog').then((module) => ({ default: module.PaletteDialog })),
)

/** "Jump to…": a link to the tables until the palette is wanted for the first time; then ⌘K or Ctrl-K. */
export function Palette({ label, ...props }: Omit<PaletteProps, 'close'> & { label: string }) {
  const [open, setOpen] = useState(false)
  useEffect(() => addShortcut('mod k', 'palette', () => setOpen(true)), [])
  return (
    <>
      <a
        href="/tables"
        className="text-muted hover:bg-panel rounded-control flex min-h-8 items-center justify-between px-2 py-1"
        onClick={(event) => {
          event.preventDefault()
          setOpen(true)
        }}
      >
        {label}
        <kbd className="border-line bg-panel rounded-status border px-1.5 text-[11px]">Ctrl K</kbd>
      </a>
      {open && (
        <Suspense>
          <PaletteDialog {...props} close={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
