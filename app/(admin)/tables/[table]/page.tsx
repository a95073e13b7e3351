import { useLocale, useTranslations } from 'next-intl'
import { DataTable, type Column as ListColumn } from '@/components/data-table'
import { KeyValues } from '@/components/page'
import { RelationLink } from '@/components/relation-link'
import { SqlBlock } from '@/components/sql'
import type { Column, Relation } from '@/lib/catalog/types-relation'
import { told } from '@/lib/dictionary/dictionary'
import { approximate, bytes } from '@/lib/format/format'
import { RelationFindings } from './findings'
import { namedRelation } from './relation'
import { Constraints } from './constraints'

/** Columns, constraints and facts of one relation. */
export default async function TablePage({ params }: { params: Promise<{ table: string }> }) {
  const { relation, scan } = await namedRelation((await params).table)
  return (
    <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0 space-y-6">
        <Columns relation={relation} />
        <Constraints relation={relation} />
        <Definition relation={relation} />
      </div>
      <aside className="space-y-6">
        <Facts relation={relation} />
        <RelationFindings scan={scan} relation={relation} />
      </aside>
    </div>
  )
}

function Columns({ relation }: { relation: Relation }) {
  const t = useTranslations('tables.detail')
  return (
    <DataTable
      caption={t('columns')}
      columns={useListColumns()}
      rows={relation.columns}
      rowKey={(row) => row.name}
    />
  )
}

function useListColumns(): ListColumn<Column>[] {
  const t = useTranslations('tables.detail')
  return [
    {
      id: 'name',
      head: t('column'),
      cell: (row) => <span className="font-mono break-words">{row.name}</span>,
    },
    {
      id: 'type',
      head: t('type'),
      cell: (row) => <code className="text-meta sm:whitespace-nowrap">{row.type}</code>,
    },
    {
      id: 'nullable',
      head: t('nullable'),
      cell: (row) => (
        <span className="text-muted text-meta whitespace-nowrap">{row.notNull ? t('notNull') : 'null'}</span>
      ),
    },
    { id: 'default', head: t('default'), cell: (row) => <Default column={row} /> },
    {
      id: 'comment',
      head: t('description'),
      cell: (row) => (
        <span className="block min-w-40 whitespace-normal">
          {told(row.comment) ?? <span className="text-muted">—</span>}
        </span>
      ),
    },
  ]
}

function Default({ column }: { column: Column }) {
  if (column.identity !== null) return <code className="text-meta">{`identity ${column.identity}`}</code>
  if (column.default === null) return <span className="text-muted">—</span>
  const text =
    column.generated === null ? column.default : `generated (${column.default}) ${column.generated}`
  return <code className="text-meta block max-w-[36ch] whitespace-normal break-words">{text}</code>
}

function Facts({ relation }: { relation: Relation }) {
  const t = useTranslations('tables.detail')
  const locale = useLocale()
  return (
    <section className="border-line rounded-card bg-panel border px-4 py-3.5">
      <h2 className="mb-2 font-semibold">{t('facts')}</h2>
      <KeyValues
        items={[
          [t('owner'), <code key="owner">{relation.owner}</code>],
          [t('rows'), approximate(relation.rows, locale)],
          [t('size'), bytes(relation.size, locale)],
          relation.persistence !== 'permanent' && [t('persistence'), relation.persistence],
          relation.parents.length > 0 && [
            t('parents'),
            relation.parents.map((parent) => <RelationLink key={parent} id={parent} />),
          ],
          relation.kind === 'partitioned' && [
            t('partitionKey'),
            <code key="key">{relation.partitionKey}</code>,
          ],
          relation.isPartition && [t('partitionBound'), <code key="bound">{relation.partitionBound}</code>],
        ]}
      />
    </section>
  )
}

function Definition({ relation }: { relation: Relation }) {
  const t = useTranslations('tables.detail')
  if (relation.definition === null) return null
  return (
    <section>
      <h2 className="mb-2 font-semibold">{t('viewDefinition')}</h2>
      <SqlBlock sql={relation.definition.trim()} label={t('viewDefinition')} />
    </section>
  )
}
