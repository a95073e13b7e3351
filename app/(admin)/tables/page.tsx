import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { ColumnChooser } from '@/components/column-chooser'
import { FilterBar, type Chip } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { PagedTable } from '@/components/paged-table'
import { Empty, FilteredAway, Skeleton } from '@/components/states'
import { useStatusWord } from '@/components/status'
import { Time } from '@/components/time'
import { count } from '@/lib/format/format'
import { selectTables } from '@/lib/inventory/tables'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { tablePath } from '@/lib/url/paths'
import type { SearchParams } from '@/lib/url/search'
import { ExportLink } from '../export-link'
import { WithScan, type Scan } from '../with-scan'
import { listedTables, useColumns } from './list'
import { search, tableFilter, type State } from './search'

export async function generateMetadata() {
  return { title: (await getTranslations('tables'))('title') }
}

export default async function TablesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('catalog:read')
  const state = search.parse(await searchParams)
  const t = await getTranslations('tables')
  return (
    <Section waitKey={search.query({ ...state, hide: [] })} fallback={<Loading />}>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <List scan={scan} state={state} exports={may(principal, 'export')} />}
      </WithScan>
    </Section>
  )
}

function List({ scan, state, exports }: { scan: Scan; state: State; exports: boolean }) {
  const rows = listedTables(scan)
  const all = rows.length
  const schemas = [...new Set(rows.map((row) => row.schema))].sort()
  const shown = selectTables(rows, tableFilter(state))
  const t = useTranslations('tables')
  const locale = useLocale()
  const columns = useColumns()
  const chips = useChips(state)
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={t.rich('facts', {
          shown: count(shown.length, locale),
          total: count(all, locale),
          when: () => <Time at={scan.snapshot.takenAt} />,
        })}
        actions={exports && <ExportLink kind="tables" query={search.query(state)} />}
      />
      <Filters state={state} schemas={schemas} chips={chips} />
      {all === 0 ? (
        <Empty title={t('noRows')} />
      ) : shown.length === 0 ? (
        <FilteredAway clearHref={search.path} />
      ) : (
        <PagedTable
          caption={t('title')}
          columns={columns}
          rows={shown}
          page={state.page}
          pageHref={(page) => search.href(state, { page })}
          rowKey={(row) => row.id}
          rowHref={(row) => tablePath(row.id)}
          hidden={state.hide}
          sort={{
            by: state.sort ?? 'name',
            href: (by) => search.href(state, { sort: by as State['sort'] }),
          }}
        />
      )}
    </>
  )
}

function Filters({
  state,
  schemas,
  chips,
}: {
  state: State
  schemas: readonly string[]
  chips: readonly Chip[]
}) {
  const t = useTranslations('tables')
  const word = useStatusWord()
  const columns = useColumns()
  return (
    <FilterBar
      path={search.path}
      kept={search.kept(state, ['q', 'schema', 'rls', 'kind', 'partitions'])}
      chips={chips}
      clearHref={search.path}
      fields={[
        { kind: 'search', name: 'q', value: state.q, label: t('search') },
        {
          kind: 'many',
          name: 'schema',
          value: state.schema,
          label: t('schema'),
          options: schemas.map((schema) => ({ value: schema, label: schema })),
        },
        {
          kind: 'many',
          name: 'rls',
          value: state.rls,
          label: t('rls'),
          options: (['off', 'enabled', 'forced', 'notApplicable'] as const).map((value) => ({
            value,
            label: word('rls', value),
          })),
        },
        {
          kind: 'many',
          name: 'kind',
          value: state.kind,
          label: t('kind'),
          options: (['table', 'partitioned', 'view', 'matview', 'foreign'] as const).map((value) => ({
            value,
            label: t(`kinds.${value}`),
          })),
        },
        {
          kind: 'one',
          name: 'partitions',
          value: state.partitions ? 'true' : null,
          label: t('partitions'),
          options: [{ value: 'true', label: t('partitionsShown') }],
        },
      ]}
    >
      <ColumnChooser columns={columns} hidden={state.hide} href={(hide) => search.href(state, { hide })} />
    </FilterBar>
  )
}

function useChips(state: State): Chip[] {
  const t = useTranslations('tables')
  const word = useStatusWord()
  const chip = (label: string, value: string, change: Partial<State>): Chip => ({
    label,
    value,
    href: search.href(state, change),
  })
  return [
    ...(state.q === '' ? [] : [chip(t('search'), state.q, { q: '' })]),
    ...(state.schema.length === 0 ? [] : [chip(t('schema'), state.schema.join(', '), { schema: [] })]),
    ...(state.rls.length === 0
      ? []
      : [chip(t('rls'), state.rls.map((value) => word('rls', value)).join(', '), { rls: [] })]),
    ...(state.kind.length === 0
      ? []
      : [chip(t('kind'), state.kind.map((value) => t(`kinds.${value}`)).join(', '), { kind: [] })]),
    ...(state.partitions ? [chip(t('partitions'), t('partitionsShown'), { partitions: false })] : []),
  ]
}

function Loading() {
  const columns = useColumns()
  return <Skeleton columns={columns.map((column) => column.head)} />
}
