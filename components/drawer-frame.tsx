'use client'

import { useRouter } from 'next/navigation'
import type { Route } from 'next'
import { useEffect, type ReactNode } from 'react'
import { addShortcut } from './shortcut-registry'

/** The frame of a peek: an open, non-modal dialog that Escape closes by going to `close`. */
export function DrawerFrame({
  close,
  label,
  children,
}: {
  close: string
  label: string
  children: ReactNode
}) {
  const router = useRouter()
  useEffect(
    () => addShortcut('Escape', 'escape', () => router.push(close as Route, { scroll: false })),
    [close, router],
  )
  return (
    <dialog
      open
      data-drawer
      aria-label={label}
      className="border-line bg-panel text-ink rounded-card max-lg:shadow-overlay m-0 max-h-none max-w-none shrink-0 overflow-y-auto border p-4 max-lg:fixed max-lg:z-30 max-md:inset-x-0 max-md:top-auto max-md:bottom-0 max-md:max-h-[80dvh] max-md:w-full md:max-lg:inset-y-2 md:max-lg:right-2 md:max-lg:left-auto md:max-lg:w-[400px] lg:sticky lg:top-14 lg:max-h-[calc(100dvh-72px)] lg:w-[340px] xl:w-[420px]"
    >
      {children}
    </dialog>
  )
}
