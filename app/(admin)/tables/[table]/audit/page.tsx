import { useLocale, useTranslations } from 'next-intl'
import { DataTable, type Column } from '@/components/data-table'
import { KeyValues } from '@/components/page'
import { Status } from '@/components/status'
import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { say } from '@/lib/i18n/locale'
import { captureRows, operations, type CaptureRow } from '@/lib/inventory/capture'
import { namedRelation } from '../relation'

/** What the audit trail gets of one table, and every trigger on it. */
export default async function TableAuditPage({ params }: { params: Promise<{ table: string }> }) {
  const { relation, scan } = await namedRelation((await params).table)
  const row = captureRows(scan.facts).find((each) => each.id === relation.id)
  return (
    <div className="space-y-6">
      {row && <Captured row={row} />}
      <Triggers relation={relation} />
    </div>
  )
}

function Captured({ row }: { row: CaptureRow }) {
  const t = useTranslations('tables.audit')
  const locale = useLocale()
  return (
    <section className="border-line rounded-card bg-panel border px-4 py-3.5">
      <h2 className="mb-2 font-semibold">{t('title')}</h2>
      <KeyValues
        items={operations.map((operation) => [
          <code key={operation}>{operation}</code>,
          <span key="state" className="flex flex-wrap items-baseline gap-x-3">
            <Status of="capture" value={row.by[operation].state} />
            {row.by[operation].because && <span>{say(row.by[operation].because, locale)}</span>}
          </span>,
        ])}
      />
    </section>
  )
}

function Triggers({ relation }: { relation: Relation }) {
  const t = useTranslations('tables.audit')
  const columns = useColumns()
  return (
    <section>
      <h2 className="mb-2 font-semibold">{t('triggers')}</h2>
      {relation.triggers.length === 0 ? (
        <p className="text-muted">{t('noTriggers')}</p>
      ) : (
        <DataTable
          caption={t('triggers')}
          columns={columns}
          rows={relation.triggers}
          rowKey={(row) => row.name}
        />
      )}
    </section>
  )
}

function useColumns(): Column<Trigger>[] {
  const t = useTranslations('tables.audit')
  const states = useTranslations('tables.triggerStates')
  return [
    {
      id: 'name',
      head: t('trigger'),
      cell: (row) => (
        <span className="font-mono break-words">
          {row.name}
          {row.cloned && <span className="text-muted text-meta font-sans"> {t('cloned')}</span>}
        </span>
      ),
    },
    {
      id: 'fires',
      head: t('fires'),
      cell: (row) => (
        <span className="block whitespace-normal">
          {`${row.timing} ${row.events.join(' or ')}`}
          {row.columns.length > 0 && <code className="text-meta">{` of ${row.columns.join(', ')}`}</code>}
          {` for each ${row.level}`}
          {row.when !== null && <code className="text-meta">{` when ${row.when}`}</code>}
        </span>
      ),
    },
    {
      id: 'function',
      head: t('function'),
      cell: (row) => <code className="text-meta break-words">{row.routine}</code>,
    },
    {
      id: 'state',
      head: t('state'),
      cell: (row) => (
        <span
          className={
            row.enabled === 'disabled' || row.enabled === 'replica' ? 'text-bad font-medium' : 'text-muted'
          }
        >
          {row.enabled === 'disabled' || row.enabled === 'replica' ? '⊘ ' : ''}
          {states(row.enabled)}
        </span>
      ),
    },
  ]
}
