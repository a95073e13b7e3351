import { useTranslations } from 'next-intl'
import { DataTable } from '@/components/data-table'
import type { Relation } from '@/lib/catalog/types-relation'
import { indexRows } from '@/lib/inventory/indexes'
import type { Scan } from '../../../with-scan'
import { useColumns } from '../../../indexes/list'
import { namedRelation } from '../relation'
import { RelationFindings } from '../findings'

/** The indexes of one relation, with what the rules say of each. */
export default async function TableIndexesPage({ params }: { params: Promise<{ table: string }> }) {
  const { relation, scan } = await namedRelation((await params).table)
  return (
    <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_20rem]">
      <Indexes relation={relation} scan={scan} />
      <aside>
        <RelationFindings scan={scan} relation={relation} />
      </aside>
    </div>
  )
}

function Indexes({ relation, scan }: { relation: Relation; scan: Pick<Scan, 'snapshot' | 'result'> }) {
  const t = useTranslations('tables')
  const columns = useColumns().filter((column) => column.id !== 'table')
  const rows = indexRows({ ...scan.snapshot, relations: [relation] }, scan.result.findings)
  if (rows.length === 0) return <p className="text-muted">{t('indexes.none')}</p>
  return <DataTable caption={t('tabs.indexes')} columns={columns} rows={rows} rowKey={(row) => row.id} />
}
