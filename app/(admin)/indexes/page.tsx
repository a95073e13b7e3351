import { useFormatter, useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { ColumnChooser } from '@/components/column-chooser'
import { FilterBar, type Chip } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { PagedTable } from '@/components/paged-table'
import { Empty, FilteredAway, Skeleton } from '@/components/states'
import { count, dateStyle } from '@/lib/format/format'
import { indexRows, selectIndexes } from '@/lib/inventory/indexes'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { tablePath } from '@/lib/url/paths'
import type { SearchParams } from '@/lib/url/search'
import { ExportLink } from '../export-link'
import { WithScan, type Scan } from '../with-scan'
import { useColumns } from './list'
import { MissingIndexes } from './missing'
import { indexFilter, search, type State } from './search'

export async function generateMetadata() {
  return { title: (await getTranslations('indexes'))('title') }
}

export default async function IndexesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('catalog:read')
  const state = search.parse(await searchParams)
  const t = await getTranslations('indexes')
  return (
    <Section waitKey={search.query({ ...state, hide: [] })} fallback={<Loading />}>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <List scan={scan} state={state} exports={may(principal, 'export')} />}
      </WithScan>
    </Section>
  )
}

function List({ scan, state, exports }: { scan: Scan; state: State; exports: boolean }) {
  const t = useTranslations('indexes')
  const locale = useLocale()
  const format = useFormatter()
  const columns = useColumns()
  const rows = indexRows(scan.snapshot, scan.result.findings)
  const shown = selectIndexes(rows, indexFilter(state))
  const since = scan.snapshot.server.statisticsResetAt ?? scan.snapshot.server.startedAt
  const numbers = {
    shown: count(shown.length, locale),
    total: count(rows.length, locale),
    tables: count(new Set(rows.map((row) => row.relation)).size, locale),
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={
          since === null
            ? t('factsNever', numbers)
            : t('facts', {
                ...numbers,
                since: format.dateTime(new Date(since), { dateStyle: dateStyle(locale) }),
              })
        }
        actions={exports && <ExportLink kind="indexes" query={search.query(state)} />}
      />
      <Filters state={state} schemas={[...new Set(rows.map((row) => row.schema))].sort()} />
      {rows.length === 0 ? (
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
          rowHref={(row) => tablePath(row.relation, 'indexes')}
          hidden={state.hide}
          sort={{
            by: state.sort ?? 'table',
            href: (by) => search.href(state, { sort: by as State['sort'] }),
          }}
        />
      )}
      <MissingIndexes scan={scan} />
    </>
  )
}

function Filters({ state, schemas }: { state: State; schemas: readonly string[] }) {
  const t = useTranslations('indexes')
  const columns = useColumns()
  return (
    <FilterBar
      path={search.path}
      kept={search.kept(state, ['q', 'schema', 'kind', 'flagged'])}
      chips={useChips(state)}
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
          name: 'kind',
          value: state.kind,
          label: t('kind'),
          options: (['primary', 'unique', 'exclusion', 'plain'] as const).map((value) => ({
            value,
            label: t(`kinds.${value}`),
          })),
        },
        {
          kind: 'one',
          name: 'flagged',
          value: state.flagged ? 'true' : null,
          label: t('columns.note'),
          options: [{ value: 'true', label: t('flagged') }],
        },
      ]}
    >
      <ColumnChooser columns={columns} hidden={state.hide} href={(hide) => search.href(state, { hide })} />
    </FilterBar>
  )
}

function useChips(state: State): Chip[] {
  const t = useTranslations('indexes')
  const chip = (label: string, value: string, change: Partial<State>): Chip => ({
    label,
    value,
    href: search.href(state, change),
  })
  return [
    ...(state.q === '' ? [] : [chip(t('search'), state.q, { q: '' })]),
    ...(state.schema.length === 0 ? [] : [chip(t('schema'), state.schema.join(', '), { schema: [] })]),
    ...(state.kind.length === 0
      ? []
      : [chip(t('kind'), state.kind.map((value) => t(`kinds.${value}`)).join(', '), { kind: [] })]),
    ...(state.flagged ? [chip(t('columns.note'), t('flagged'), { flagged: false })] : []),
  ]
}

function Loading() {
  return <Skeleton columns={useColumns().map((column) => column.head)} />
}
