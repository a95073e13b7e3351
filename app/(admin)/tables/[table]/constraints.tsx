import { useTranslations } from 'next-intl'
import { DataTable, type Column } from '@/components/data-table'
import { RelationLink } from '@/components/relation-link'
import type { Constraint, Relation } from '@/lib/catalog/types-relation'

/** Keys, checks and exclusions of a table; NOT NULL stands with its column. */
export function Constraints({ relation }: { relation: Relation }) {
  const t = useTranslations('tables.detail')
  const columns = useColumns()
  const shown = relation.constraints.filter((each) => each.kind !== 'not null' && each.kind !== 'trigger')
  if (relation.kind !== 'table' && relation.kind !== 'partitioned') return null
  return (
    <section>
      <h2 className="mb-2 font-semibold">{t('constraints')}</h2>
      {shown.length === 0 ? (
        <p className="text-muted">{t('noConstraints')}</p>
      ) : (
        <DataTable caption={t('constraints')} columns={columns} rows={shown} rowKey={(row) => row.name} />
      )}
    </section>
  )
}

function useColumns(): Column<Constraint>[] {
  const t = useTranslations('tables.detail')
  const kinds = useTranslations('tables.constraintKinds')
  return [
    {
      id: 'name',
      head: t('constraint'),
      cell: (row) => <span className="font-mono break-words">{row.name}</span>,
    },
    {
      id: 'kind',
      head: t('kind'),
      cell: (row) => <span className="text-muted">{kinds(row.kind.replace(' ', '-'))}</span>,
    },
    {
      id: 'definition',
      head: t('definition'),
      cell: (row) => (
        <span className="block whitespace-normal">
          <code className="text-meta break-words">{row.expression ?? `(${row.columns.join(', ')})`}</code>
          {row.references && (
            <>
              {' → '}
              <RelationLink id={row.references.relation} />
              <code className="text-meta">{` (${row.references.columns.join(', ')})`}</code>
              {row.references.onDelete !== 'no action' && (
                <span className="text-muted text-meta">{` on delete ${row.references.onDelete}`}</span>
              )}
            </>
          )}
          {!row.validated && <span className="text-warn text-meta">{` ■ ${t('notValidated')}`}</span>}
          {!row.enforced && <span className="text-warn text-meta">{` ■ ${t('notEnforced')}`}</span>}
        </span>
      ),
    },
  ]
}
