'use client'

import { rowSortingFeature, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table'
import Link from 'next/link'
import type { Route } from 'next'
import { useMemo, type ReactNode } from 'react'
import { useRowKeys } from './row-keys'

export interface GridColumn {
  id: string
  head: string
  end: boolean
  control: boolean
  names: boolean
  direction: 'ascending' | 'descending' | null
  href: string | null
  width: string | null
}

export interface GridRow {
  key: string
  href: string | null
  cells: Record<string, ReactNode>
}

interface GridProps {
  caption: string
  region: string
  columns: readonly GridColumn[]
  rows: readonly GridRow[]
  selected: string | null
  maxHeight: string | null
}

// The server filtered, sorted and paged already: the table model only knows what it is shown.
const features = tableFeatures({ rowSortingFeature })

/** Arranges finished cells: caption, sortable heads, one link over each row, J/K/Enter. */
export function Grid({ caption, region, columns, rows, selected, maxHeight }: GridProps) {
  const definitions = useMemo(
    () =>
      columns.map((column): ColumnDef<typeof features, GridRow> => ({
        id: column.id,
        header: column.head,
        enableSorting: column.href !== null,
        cell: ({ row }) => row.original.cells[column.id],
      })),
    [columns],
  )
  const sorting = columns
    .filter((column) => column.direction)
    .map((column) => ({ id: column.id, desc: column.direction === 'descending' }))
  const table = useTable({
    features,
    data: rows as GridRow[],
    columns: definitions,
    manualSorting: true,
    getRowId: (row) => row.key,
    state: { sorting },
  })
  const body = useRowKeys()
  const byId = new Map(columns.map((column) => [column.id, column]))
  const named = columns.findIndex((column) => column.names)
  const linked = named >= 0 ? named : columns.findIndex((column) => !column.control)
  return (
    // What scrolls must be reachable by key.
    <div
      role="region"
      aria-label={region}
      tabIndex={0}
      className="border-line rounded-card bg-panel relative overflow-auto border md:max-h-[max(360px,calc(100dvh-190px))] print:max-h-none print:overflow-visible"
      style={maxHeight ? { maxHeight } : undefined}
    >
      <table className="table cards">
        <caption className="sr-only">{caption}</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <Head key={header.id} column={byId.get(header.column.id)} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody ref={body}>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} aria-current={row.id === selected ? 'true' : undefined}>
              {row.getAllCells().map((cell, at) => (
                <td
                  key={cell.id}
                  data-align={byId.get(cell.column.id)?.end ? 'end' : undefined}
                  data-head={headOf(byId.get(cell.column.id), at === linked)}
                >
                  {at === linked && row.original.href ? (
                    <Link
                      href={row.original.href as Route}
                      prefetch={false}
                      scroll={!row.original.href.includes('peek=')}
                      className="row-link"
                    >
                      <table.FlexRender cell={cell} />
                    </Link>
                  ) : (
                    <table.FlexRender cell={cell} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What a card names a fact by; neither what it is itself nor a control needs one. */
const headOf = (column: GridColumn | undefined, linked: boolean) =>
  linked || column?.control ? undefined : column?.head

function Head({ column }: { column: GridColumn | undefined }) {
  if (!column) return null
  const { head, href, direction, end, width, control } = column
  const arrow = direction === 'ascending' ? '▲' : direction === 'descending' ? '▼' : ''
  return (
    <th
      scope="col"
      aria-sort={direction ?? (href ? 'none' : undefined)}
      data-align={end ? 'end' : undefined}
      style={width ? { width } : undefined}
    >
      {href ? (
        <Link
          href={href as Route}
          prefetch={false}
          scroll={false}
          className="hover:text-ink inline-flex gap-1"
        >
          {head}
          <span aria-hidden="true">{arrow}</span>
        </Link>
      ) : control ? (
        <span className="sr-only">{head}</span>
      ) : (
        head
      )}
    </th>
  )
}
