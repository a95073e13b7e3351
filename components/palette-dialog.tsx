'use client'

import { useRouter } from 'next/navigation'
import type { Route } from 'next'
import { useEffect, useId, useMemo, useRef, useState } from 'react'

interface Command {
  label: string
  group: string
  keys?: string
  run: () => void
}

export interface PaletteProps {
  pages: readonly { label: string; href: string; keys: string }[]
  /** Things the page can do already: the control to press. */
  actions: readonly { label: string; press: string }[]
  words: Record<'title' | 'hint' | 'pages' | 'tables' | 'actions' | 'nothing' | 'loading' | 'failed', string>
  close: () => void
}

/** A combobox over pages, tables and actions. Loaded only when it is opened. */
export function PaletteDialog({ pages, actions, words, close }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const router = useRouter()
  const id = useId()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const { tables, pending, failed } = useTables(query)
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal()
  }, [])
  const commands = useMemo(() => {
    const go = (href: string) => () => router.push(href as Route)
    const all: Command[] = [
      ...pages.map((page) => ({
        label: page.label,
        group: words.pages,
        keys: page.keys,
        run: go(page.href),
      })),
      ...actions.map(({ label, press }) => ({
        label,
        group: words.actions,
        run: () => document.querySelector<HTMLElement>(press)?.click(),
      })),
    ]
    const wanted = fold(query.trim())
    const matching = all.filter((command) => wanted === '' || fold(command.label).includes(wanted))
    return [
      ...matching,
      ...tables.map((table) => ({ label: table.label, group: words.tables, run: go(table.href) })),
    ].toSorted((a, b) => order(a, words) - order(b, words))
  }, [pages, actions, tables, query, words, router])
  const chosen = Math.min(at, Math.max(0, commands.length - 1))
  const run = (command: Command | undefined) => {
    if (!command) return
    dialog.current?.close()
    command.run()
  }
  return (
    <dialog
      ref={dialog}
      aria-label={words.title}
      onClose={close}
      className="border-line bg-panel text-ink rounded-card shadow-overlay mx-auto mt-[12vh] w-[min(560px,94vw)] border p-0"
    >
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={commands.length > 0 ? `${id}-${chosen}` : undefined}
        aria-label={words.hint}
        placeholder={words.hint}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
          if (step !== 0) {
            event.preventDefault()
            setAt((chosen + step + commands.length) % Math.max(1, commands.length))
          } else if (event.key === 'Enter') {
            event.preventDefault()
            run(commands[chosen])
          }
        }}
        className="border-line w-full border-b bg-transparent px-4 py-3 text-lead outline-none"
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={words.title}
        className="max-h-[50vh] overflow-y-auto p-1.5"
      >
        {commands.map((command, index) => (
          <Item
            key={`${command.group} ${command.label}`}
            id={`${id}-${index}`}
            command={command}
            head={command.group !== commands[index - 1]?.group}
            chosen={index === chosen}
            run={() => run(command)}
          />
        ))}
      </div>
      {(commands.length === 0 || failed) && (
        <p role="status" className="text-muted px-4 pb-4">
          {pending ? words.loading : failed ? words.failed : words.nothing}
        </p>
      )}
    </dialog>
  )
}

interface ItemProps {
  id: string
  command: Command
  head: boolean
  chosen: boolean
  run: () => void
}

function Item({ id, command, head, chosen, run }: ItemProps) {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <>
      {head && (
        <div role="presentation" className="text-muted text-meta px-2.5 pt-2 pb-1 font-semibold">
          {command.group}
        </div>
      )}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the combobox has the keys */}
      <div
        ref={ref}
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={chosen}
        onClick={run}
        className="aria-selected:bg-info-bg rounded-control flex cursor-pointer items-center justify-between gap-3 px-2.5 py-1.5"
      >
        <span className="min-w-0 truncate">{command.label}</span>
        {command.keys && <kbd className="text-muted">{command.keys}</kbd>}
      </div>
    </>
  )
}

interface Found {
  tables: readonly { label: string; href: string }[]
  pending: boolean
  /** The tables could not be searched: none found says nothing. */
  failed: boolean
}

const nothing: Found = { tables: [], pending: false, failed: false }

/** Tables whose name holds the query, asked for while it is typed. */
function useTables(query: string): Found {
  const [found, setFound] = useState(nothing)
  useEffect(() => {
    const wanted = query.trim()
    const stop = new AbortController()
    const timer = setTimeout(async () => {
      if (wanted === '') return setFound(nothing)
      setFound((last) => ({ ...last, pending: true }))
      const answer = await fetch(`/palette?q=${encodeURIComponent(wanted)}`, { signal: stop.signal }).catch(
        () => null,
      )
      if (stop.signal.aborted) return
      setFound({
        tables: answer?.ok ? ((await answer.json()) as Found['tables']) : [],
        pending: false,
        failed: !answer?.ok,
      })
    }, 120)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [query])
  return found
}

const fold = (text: string) => text.toLocaleLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '')

const order = (command: Command, words: PaletteProps['words']) =>
  [words.pages, words.tables, words.actions].indexOf(command.group)
