import { getLocale, getTranslations } from 'next-intl/server'
import { DataTable } from '@/components/data-table'
import { CannotLook, Empty } from '@/components/states'
import { Time } from '@/components/time'
import { CatalogError } from '@/lib/catalog/error'
import { count, duration } from '@/lib/format/format'
import { currentStatements } from '@/lib/operations/current'

/** The statements that took most time together, where pg_stat_statements keeps count. */
export async function Statements({ database }: { database: string }) {
  const t = await getTranslations('performance')
  const catalog = await getTranslations('catalog')
  const locale = await getLocale()
  const top = await currentStatements(database).catch((error: unknown) => {
    if (error instanceof CatalogError) return error
    throw error
  })
  if (top instanceof CatalogError) return <CannotLook cause={catalog(`problems.${top.code}`)} />
  if (top.state !== 'read') {
    const missing = top.state === 'missing'
    return (
      <CannotLook
        cause={t(missing ? 'statementsMissing' : 'statementsDenied')}
        sql={[
          missing
            ? 'create extension pg_stat_statements with schema extensions'
            : 'grant pg_read_all_stats to scanner',
        ]}
      />
    )
  }
  if (top.statements.length === 0) return <Empty title={t('statementsNone')} />
  return (
    <>
      <p className="text-muted mb-3">{t.rich('statementsFacts', { when: () => <Time at={top.since} /> })}</p>
      <DataTable
        caption={t('statements')}
        rows={top.statements.map((one, at) => ({ ...one, at }))}
        rowKey={(row) => String(row.at)}
        columns={[
          {
            id: 'text',
            head: t('statement'),
            cell: (row) => <code className="line-clamp-3 [overflow-wrap:anywhere]">{row.text}</code>,
          },
          { id: 'calls', head: t('calls'), align: 'end', cell: (row) => count(row.calls, locale) },
          { id: 'mean', head: t('mean'), align: 'end', cell: (row) => duration(row.mean, locale) },
          { id: 'total', head: t('total'), align: 'end', cell: (row) => duration(row.total, locale) },
        ]}
      />
    </>
  )
}
