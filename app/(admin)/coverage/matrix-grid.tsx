'use client'

import { useRouter } from 'next/navigation'
import type { Route } from 'next'
import { Fragment, useEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react'
import { peekOf } from './cell'

/** How one verdict is drawn. */
export interface Mark {
  readonly glyph: string
  readonly word: string
  readonly text: string
  readonly tint: string
}

/** How many there are of some marks: their places in `marks`, each with its number. */
export type Tally = readonly (readonly [mark: number, count: number])[]

interface Props {
  words: { region: string; caption: string; table: string }
  commands: readonly { name: string; short: string }[]
  roles: readonly string[]
  /** Under each role: how many of its cells, on all pages of the list, have which mark. */
  tallies?: readonly Tally[]
  marks: readonly Mark[]
  /**
   * `cells` holds one digit, a place in `marks`, for each role and command in turn; `group` is the heading that a row
   * stands under.
   */
  rows: readonly {
    id: string
    href: string
    note: string | null
    cells: string
    group?: string
    tally?: Tally
  }[]
  peek: string
  /** The address of a cell without the cell. */
  peekHref: string
}

/**
 * The matrix. One stop for Tab, arrows between cells, and a press that opens the peek without moving the list. Before
 * any script every cell is a plain link. Head and first column stay in sight.
 */
export function MatrixGrid({ words, commands, roles, tallies, marks, rows, peek, peekHref }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const router = useRouter()
  useEffect(() => {
    const cells = box.current?.querySelectorAll<HTMLAnchorElement>('a[data-cell]') ?? []
    const current = box.current?.querySelector('a[data-cell][aria-current=true]') ?? cells[0]
    for (const cell of cells) cell.tabIndex = cell === current ? 0 : -1
  })
  const onClick = (event: MouseEvent) => {
    const cell = cellAt(event.target)
    if (!cell || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    router.push((cell.pathname + cell.search) as Route, { scroll: false })
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it listens for the links inside
    <div
      ref={box}
      role="region"
      aria-label={words.region}
      tabIndex={0}
      className="border-line rounded-card bg-panel relative overflow-auto border md:max-h-[max(360px,calc(100dvh-230px))]"
      onClick={onClick}
      onKeyDown={onKeyDown}
    >
      <table
        data-tallies={tallies ? '' : undefined}
        className="matrix w-max min-w-full border-separate border-spacing-0"
      >
        <caption className="sr-only">{words.caption}</caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={2} className="matrix-name text-start">
              {words.table}
            </th>
            {roles.map((role, at) => (
              <th key={role} scope="colgroup" colSpan={commands.length} className="matrix-role">
                <span className="mx-auto block max-w-36 truncate" title={role}>
                  {role}
                </span>
                {tallies && <Tallied tally={tallies[at] ?? []} marks={marks} />}
              </th>
            ))}
          </tr>
          <tr>
            {roles.flatMap((role) =>
              commands.map((command, at) => (
                <th
                  key={`${role} ${command.name}`}
                  scope="col"
                  className={at === 0 ? 'matrix-first' : undefined}
                >
                  <abbr title={command.name} className="no-underline">
                    {command.short}
                  </abbr>
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <Fragment key={row.id}>
              {row.group !== undefined && row.group !== rows[place - 1]?.group && (
                <tr>
                  <th
                    scope="rowgroup"
                    colSpan={1 + roles.length * commands.length}
                    className="matrix-group text-start"
                  >
                    <span>{row.group}</span>
                  </th>
                </tr>
              )}
              <tr>
                <th scope="row" className="matrix-name text-start font-normal">
                  <span className="flex items-baseline gap-2">
                    <a href={row.href} className="flex items-baseline gap-2 hover:underline" title={row.id}>
                      <code className="block max-w-[42vw] truncate md:max-w-72">{row.id}</code>
                      {row.note && (
                        <span className="text-muted text-meta whitespace-nowrap max-sm:sr-only">
                          {row.note}
                        </span>
                      )}
                    </a>
                    {row.tally && (
                      <span className="ml-auto max-sm:hidden">
                        <Tallied tally={row.tally} marks={marks} />
                      </span>
                    )}
                  </span>
                </th>
                {[...row.cells].map((digit, at) => {
                  const mark = marks[Number(digit)]
                  const role = roles[Math.floor(at / commands.length)] ?? ''
                  const command = commands[at % commands.length]?.name ?? ''
                  const cell = peekOf({ relation: row.id, role, command })
                  const first = at % commands.length === 0 ? 'matrix-first' : ''
                  return (
                    <td key={cell} className={mark?.tint || first ? `${mark?.tint} ${first}` : undefined}>
                      <a
                        href={peekHref + encodeURIComponent(cell)}
                        data-cell=""
                        aria-current={cell === peek ? 'true' : undefined}
                        className={mark?.text}
                        title={`${role} · ${command}: ${mark?.word}`}
                      >
                        <span aria-hidden="true">{mark?.glyph}</span>
                        <span className="sr-only">{mark?.word}</span>
                      </a>
                    </td>
                  )
                })}
              </tr>
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Tallied({ tally, marks }: { tally: Tally; marks: readonly Mark[] }) {
  return (
    <span className="text-meta inline-flex gap-2 font-normal whitespace-nowrap">
      {tally.map(([place, count]) => {
        const mark = marks[place]
        return (
          <span key={place} className={mark?.text} title={`${mark?.word}: ${count}`}>
            <span aria-hidden="true">{mark?.glyph} </span>
            <span className="sr-only">{mark?.word} </span>
            {count}
          </span>
        )
      })}
    </span>
  )
}

function onKeyDown(event: KeyboardEvent) {
  const cell = cellAt(event.target)
  const next = cell && neighbour(cell, event.key)
  if (!cell || !next) return
  event.preventDefault()
  cell.tabIndex = -1
  next.tabIndex = 0
  next.focus()
  next.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

const cellAt = (target: EventTarget) =>
  target instanceof Element ? target.closest<HTMLAnchorElement>('a[data-cell]') : null

function neighbour(cell: HTMLAnchorElement, key: string): HTMLAnchorElement | null {
  const td = cell.closest('td')
  const tr = td?.closest('tr')
  if (!td || !tr) return null
  const linkAt = (row: Element | null, column: number) =>
    row instanceof HTMLTableRowElement
      ? row.cells[column]?.querySelector<HTMLAnchorElement>('a[data-cell]')
      : null
  if (key === 'ArrowLeft' || key === 'ArrowRight')
    return linkAt(tr, td.cellIndex + (key === 'ArrowLeft' ? -1 : 1)) ?? null
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return null
  const after = (row: Element) => (key === 'ArrowUp' ? row.previousElementSibling : row.nextElementSibling)
  // Headings of groups have no cells: past them.
  for (let row = after(tr); row !== null; row = after(row)) {
    const found = linkAt(row, td.cellIndex)
    if (found) return found
  }
  return null
}
