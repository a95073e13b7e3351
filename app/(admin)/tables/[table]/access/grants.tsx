import { useTranslations } from 'next-intl'
import { DataTable, type Column } from '@/components/data-table'
import type { Grant } from '@/lib/catalog/types'
import type { Relation } from '@/lib/catalog/types-relation'

interface Row {
  readonly key: string
  readonly grantee: string | null
  /** `null` is the whole table. */
  readonly column: string | null
  readonly privileges: readonly string[]
  readonly grantable: boolean
}

/** The grants of a relation and of its columns, one line a grantee. */
export function Grants({ relation }: { relation: Relation }) {
  const t = useTranslations('tables.access')
  const columns = useColumns()
  const rows = [
    ...rowsOf(relation.grants, null),
    ...relation.columns.flatMap((column) => rowsOf(column.grants, column.name)),
  ]
  return (
    <section>
      <h2 className="mb-2 font-semibold">{t('grants')}</h2>
      {rows.length === 0 ? (
        <p className="text-muted">{t('noGrants')}</p>
      ) : (
        <DataTable caption={t('grants')} columns={columns} rows={rows} rowKey={(row) => row.key} />
      )}
    </section>
  )
}

function rowsOf(grants: readonly Grant[], column: string | null): Row[] {
  const grantees = [...new Set(grants.map((grant) => grant.grantee))]
  return grantees.map((grantee) => {
    const own = grants.filter((grant) => grant.grantee === grantee)
    return {
      key: `${grantee ?? ''}\0${column ?? ''}`,
      grantee,
      column,
      privileges: [...new Set(own.map((grant) => grant.privilege))],
      grantable: own.some((grant) => grant.grantable),
    }
  })
}

function useColumns(): Column<Row>[] {
  const t = useTranslations('tables.access')
  return [
    {
      id: 'grantee',
      head: t('grantee'),
      cell: (row) => (
        <span className={`font-mono break-words ${row.grantee === null ? 'text-high font-medium' : ''}`}>
          {row.grantee ?? t('everyone')}
        </span>
      ),
    },
    {
      id: 'privileges',
      head: t('privileges'),
      cell: (row) => (
        <span className="block whitespace-normal">
          <code className="text-meta">{row.privileges.join(', ')}</code>
          {row.column !== null && (
            <span className="text-muted"> {t('columnGrants', { column: row.column })}</span>
          )}
          {row.grantable && <span className="text-warn text-meta"> ■ {t('grantable')}</span>}
        </span>
      ),
    },
  ]
}
