import { useLocale, useTranslations } from 'next-intl'
import type { Column } from '@/components/data-table'
import { FindingCounts } from '@/components/finding-counts'
import { Status } from '@/components/status'
import { approximate, bytes, count } from '@/lib/format/format'
import { captureRows, type CaptureState } from '@/lib/inventory/capture'
import { tableRows, type TableRow } from '@/lib/inventory/tables'
import type { CurrentScan } from '@/lib/rules/current'

export interface ListedTable extends TableRow {
  readonly capture: CaptureState
}

/** The tables of a scan, each with what the audit trail gets of it. */
export function listedTables({ snapshot, facts, result }: CurrentScan): ListedTable[] {
  const captures = new Map(captureRows(facts).map((row) => [row.id, row.state]))
  return tableRows(snapshot, result.findings).map((row) => ({
    ...row,
    capture: captures.get(row.id) ?? 'notRequired',
  }))
}

/** The columns of the tables list; the same order and words in the CSV. */
export function useColumns(): Column<ListedTable>[] {
  const t = useTranslations('tables')
  const locale = useLocale()
  return [
    {
      id: 'name',
      head: t('columns.name'),
      sorts: true,
      cell: (row) => (
        <span className="font-mono break-words">
          {row.id}
          {row.partitions > 0 && (
            <span className="text-muted text-meta ml-2 font-sans">
              {t('partitionCount', { count: row.partitions })}
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'kind',
      head: t('columns.kind'),
      cell: (row) => <span className="text-muted">{t(`kinds.${row.kind}`)}</span>,
    },
    {
      id: 'rows',
      head: t('columns.rows'),
      align: 'end',
      sorts: true,
      sortsDown: true,
      cell: (row) => approximate(row.rows, locale),
    },
    {
      id: 'size',
      head: t('columns.size'),
      align: 'end',
      sorts: true,
      sortsDown: true,
      cell: (row) => bytes(row.size, locale),
    },
    { id: 'rls', head: t('columns.rls'), cell: (row) => <Status of="rls" value={row.rls} /> },
    {
      id: 'policies',
      head: t('columns.policies'),
      align: 'end',
      sorts: true,
      sortsDown: true,
      cell: (row) => count(row.policies, locale),
    },
    { id: 'audit', head: t('columns.audit'), cell: (row) => <Status of="capture" value={row.capture} /> },
    {
      id: 'primaryKey',
      head: t('columns.primaryKey'),
      cell: (row) =>
        row.primaryKey === null ? (
          <span className="text-muted">—</span>
        ) : (
          <Status of="yesNo" value={row.primaryKey ? 'yes' : 'no'} />
        ),
    },
    {
      id: 'findings',
      head: t('columns.findings'),
      sorts: true,
      sortsDown: true,
      cell: (row) => <FindingCounts counts={row.findings} />,
    },
  ]
}
