import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { FilterBar, type Chip } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { PagedTable } from '@/components/paged-table'
import { RelationLink } from '@/components/relation-link'
import { CannotLook, Empty, FilteredAway, Skeleton } from '@/components/states'
import { useStatusWord } from '@/components/status'
import { Time } from '@/components/time'
import { count } from '@/lib/format/format'
import { captureRows } from '@/lib/inventory/capture'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { tablePath } from '@/lib/url/paths'
import type { SearchParams } from '@/lib/url/search'
import { ExportLink } from '../export-link'
import { WithScan, type Scan } from '../with-scan'
import { selected, useColumns } from './list'
import { search, type State } from './search'

export async function generateMetadata() {
  return { title: (await getTranslations('audit-status'))('title') }
}

export default async function AuditStatusPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('catalog:read')
  const state = search.parse(await searchParams)
  const t = await getTranslations('audit-status')
  return (
    <Section waitKey={search.query(state)} fallback={<Loading />}>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <List scan={scan} state={state} exports={may(principal, 'export')} />}
      </WithScan>
    </Section>
  )
}

function List({ scan, state, exports }: { scan: Scan; state: State; exports: boolean }) {
  const t = useTranslations('audit-status')
  const locale = useLocale()
  const columns = useColumns()
  const rows = captureRows(scan.facts)
  const audited = rows.filter((row) => row.required)
  const shown = selected(rows, state)
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={t.rich('facts', {
          captured: count(audited.filter((row) => row.state === 'captured').length, locale),
          audited: count(audited.length, locale),
          when: () => <Time at={scan.snapshot.takenAt} />,
        })}
        actions={exports && <ExportLink kind="audit-status" query={search.query(state)} />}
      />
      <Logs scan={scan} />
      <Filters state={state} />
      {shown.length > 0 ? (
        <PagedTable
          caption={t('title')}
          columns={columns}
          rows={shown}
          page={state.page}
          pageHref={(page) => search.href(state, { page })}
          rowKey={(row) => row.id}
          rowHref={(row) => tablePath(row.id, 'audit')}
        />
      ) : state.q === '' && state.state.length === 0 ? (
        <Empty title={t('noRows')} />
      ) : (
        <FilteredAway clearHref={search.path} />
      )}
    </>
  )
}

/** Where the trail is, or that none was recognised, which is not the same as a trail that is empty. */
function Logs({ scan }: { scan: Scan }) {
  const t = useTranslations('audit-status')
  const logs = [...scan.facts.audit.logs].filter((log) => !log.isPartition)
  if (logs.length === 0) {
    return (
      <div className="mb-4">
        <CannotLook title={t('noLogs')} cause={t('noLogsHelp')} />
      </div>
    )
  }
  return (
    <p className="text-muted mb-3 flex flex-wrap gap-x-2">
      {t('logs')}:
      {logs.map((log) => (
        <RelationLink key={log.id} id={log.id} />
      ))}
    </p>
  )
}

function Filters({ state }: { state: State }) {
  const t = useTranslations('audit-status')
  const word = useStatusWord()
  const chips: Chip[] = [
    ...(state.q === '' ? [] : [{ label: t('search'), value: state.q, href: search.href(state, { q: '' }) }]),
    ...(state.state.length === 0
      ? []
      : [
          {
            label: t('state'),
            value: state.state.map((value) => word('capture', value)).join(', '),
            href: search.href(state, { state: [] }),
          },
        ]),
  ]
  return (
    <FilterBar
      path={search.path}
      kept={search.kept(state, ['q', 'state', 'show'])}
      chips={chips}
      clearHref={search.path}
      fields={[
        { kind: 'search', name: 'q', value: state.q, label: t('search') },
        {
          kind: 'many',
          name: 'state',
          value: state.state,
          label: t('state'),
          options: (['missing', 'disabled', 'partly', 'unknown', 'captured', 'notRequired'] as const).map(
            (value) => ({ value, label: word('capture', value) }),
          ),
        },
        {
          kind: 'one',
          name: 'show',
          value: state.show === 'all' ? 'all' : null,
          label: t('show'),
          options: [{ value: 'all', label: t('showAll') }],
        },
      ]}
    />
  )
}

function Loading() {
  return <Skeleton columns={useColumns().map((column) => column.head)} />
}
