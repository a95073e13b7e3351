import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Grid, type GridColumn, type GridRow } from './grid'

/** One column of a list. `cell` runs on the server; whatever it returns is what the reader sees. */
export interface Column<Row, Id extends string = string> {
  readonly id: Id
  readonly head: string
  readonly cell: (row: Row) => ReactNode
  /** Numbers go to the end of their cell. */
  readonly align?: 'end'
  /** Can be sorted by: `sort` in the URL takes this id, `-id` is descending. */
  readonly sorts?: boolean
  /** Sorted downwards by the first press, as numbers want it. */
  readonly sortsDown?: boolean
  /** Is not offered to be hidden. The first column never is. */
  readonly always?: boolean
  /** Holds a control of its own: the row's link begins in the column after it, and its head is only read out. */
  readonly control?: boolean
  /** Says which row it is, and so holds its link; without one the first column that is no control does. */
  readonly names?: boolean
  /** CSS length of the column. */
  readonly width?: string
}

export interface DataTableProps<Row> {
  /** What the table is, for those who do not see it. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Where the row leads: its page, or the same list with `peek`. Its link covers the whole row. */
  rowHref?: (row: Row) => string
  /** Key of the row whose peek is open. */
  selected?: string | null
  /** Ids of hidden columns: the `hide` of the URL. */
  hidden?: readonly string[]
  /** `sort` of the URL, and how to link to another one. */
  sort?: { by: string | null; href: (by: string | null) => string }
  /** Keeps the table's own height and scrolls inside, so that the head stays; else the page scrolls. */
  maxHeight?: string
}

/** The table of every list: cells are rendered here, on the server, and arranged by one small client grid. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, rowKey, rowHref, selected, hidden = [], sort, maxHeight } = props
  const t = useTranslations('shell.list')
  const shown = columns.filter((column, at) => at === 0 || column.always || !hidden.includes(column.id))
  const heads = shown.map((column): GridColumn => {
    const direction =
      sort?.by === column.id ? 'ascending' : sort?.by === `-${column.id}` ? 'descending' : null
    const down = `-${column.id}`
    const next =
      direction === null
        ? column.sortsDown
          ? down
          : column.id
        : direction === 'ascending'
          ? down
          : column.id
    return {
      id: column.id,
      head: column.head,
      end: column.align === 'end',
      control: column.control ?? false,
      names: column.names ?? false,
      direction,
      href: column.sorts && sort ? sort.href(next) : null,
      width: column.width ?? null,
    }
  })
  const body = rows.map((row): GridRow => ({
    key: rowKey(row),
    href: rowHref?.(row) ?? null,
    cells: Object.fromEntries(shown.map((column) => [column.id, column.cell(row)])),
  }))
  return (
    <Grid
      caption={caption}
      region={t('region', { caption })}
      columns={heads}
      rows={body}
      selected={selected ?? null}
      maxHeight={maxHeight ?? null}
    />
  )
}
