import { DataTable, type DataTableProps } from './data-table'
import { OffsetPager } from './pager'

const pageSize = 50

/** A list whose length is known: one page of `rows` with a pager above and below. A page past the end is the last one. */
export function PagedTable<Row>({
  rows,
  page: wanted,
  pageHref,
  ...table
}: DataTableProps<Row> & { page: number; pageHref: (page: number) => string }) {
  const page = Math.min(wanted, Math.max(1, Math.ceil(rows.length / pageSize)))
  const pager = <OffsetPager page={page} size={pageSize} total={rows.length} href={pageHref} />
  return (
    <>
      {pager}
      <DataTable {...table} rows={rows.slice((page - 1) * pageSize, page * pageSize)} />
      {pager}
    </>
  )
}
