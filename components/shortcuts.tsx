'use client'

import { useRouter } from 'next/navigation'
import type { Route } from 'next'
import { useEffect, useRef } from 'react'
import { addShortcut, shortcutFor } from './shortcut-registry'

interface Props {
  /** Pages reachable by `g` and a letter. */
  pages: readonly { key: string; path: string; label: string }[]
  words: Record<
    'title' | 'open' | 'palette' | 'search' | 'filter' | 'next' | 'previous' | 'enter' | 'escape' | 'close',
    string
  > & { go: readonly string[] }
}

/** Listens for keys, and is the sheet that `?` opens. No letter does anything while somebody types. */
export function Shortcuts({ pages, words }: Props) {
  const sheet = useRef<HTMLDialogElement>(null)
  const router = useRouter()
  useEffect(() => {
    const off = [
      addShortcut('?', 'open', () => sheet.current?.showModal()),
      addShortcut('/', 'search', () => focusOn('[data-shortcut=search]')),
      addShortcut('f', 'filter', () => focusOn('[data-shortcut=filter]')),
      ...pages.map((page) => addShortcut(`g ${page.key}`, 'go', () => router.push(page.path as Route))),
    ]
    const stop = listen()
    return () => {
      stop()
      for (const each of off) each()
    }
  }, [pages, router])
  const rows: readonly (readonly [string, string])[] = [
    ['Ctrl K, ⌘ K', words.palette],
    ['/', words.search],
    ['F', words.filter],
    ['J', words.next],
    ['K', words.previous],
    ['Enter', words.enter],
    ['Esc', words.escape],
    ...pages.map((page, at) => [`G ${page.key.toUpperCase()}`, words.go[at] ?? page.label] as const),
    ['?', words.open],
  ]
  return (
    <dialog
      ref={sheet}
      aria-label={words.title}
      className="border-line bg-panel text-ink rounded-card shadow-overlay m-auto w-[min(420px,92vw)] border p-4"
    >
      <form method="dialog" className="mb-2 flex items-center justify-between">
        <h2 className="font-semibold">{words.title}</h2>
        <button type="submit" className="border-edge rounded-control hover:bg-sunken border px-2 py-0.5">
          {words.close}
        </button>
      </form>
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1.5">
        {rows.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="border-line bg-sunken rounded-status border px-1.5 py-0.5">{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  )
}

function focusOn(selector: string) {
  const found = document.querySelector<HTMLElement>(selector)
  found?.focus()
  if (found instanceof HTMLInputElement) found.select()
}

function listen(): () => void {
  let prefix = ''
  let forget: ReturnType<typeof setTimeout> | undefined
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return
    if (event.key === 'Escape' && closeMenus(null)) return event.preventDefault()
    const command = event.metaKey || event.ctrlKey
    const key = command
      ? `mod ${event.key.toLowerCase()}`
      : event.key.length === 1
        ? event.key.toLowerCase()
        : event.key
    if (!command && key !== 'Escape' && typing(event.target)) return
    // A modal dialog has the keyboard to itself.
    if (!command && document.querySelector('dialog:modal')) return
    const found = shortcutFor(prefix + key)
    clearTimeout(forget)
    if (prefix === '' && key === 'g') {
      prefix = 'g '
      forget = setTimeout(() => (prefix = ''), 1200)
      return
    }
    prefix = ''
    if (!found) return
    event.preventDefault()
    found.run()
  }
  document.addEventListener('keydown', onKey)
  document.addEventListener('pointerdown', onPress)
  return () => {
    document.removeEventListener('keydown', onKey)
    document.removeEventListener('pointerdown', onPress)
  }
}

const onPress = (event: PointerEvent) => closeMenus(event.target as Node)

/** Closes the open menus (`<details data-menu>`) but the one `inside` lies in; Escape gives the focus back. */
function closeMenus(inside: Node | null): boolean {
  const open = [...document.querySelectorAll<HTMLDetailsElement>('details[data-menu][open]')]
  const closing = open.filter((menu) => !inside || !menu.contains(inside))
  for (const menu of closing) {
    menu.open = false
    if (!inside) menu.querySelector('summary')?.focus()
  }
  return closing.length > 0
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
  )
}
