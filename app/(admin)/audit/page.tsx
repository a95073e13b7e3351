import Link from 'next/link'
import type { Route } from 'next'
import { getLocale, getNow, getTimeZone, getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { DataTable, type Column } from '@/components/data-table'
import { WithDrawer } from '@/components/drawer'
import { ColumnChooser } from '@/components/column-chooser'
import { PageHeader, Section } from '@/components/page'
import { Pager } from '@/components/pager'
import { Empty, FilteredAway, Skeleton } from '@/components/states'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import { countCap, type Entry } from '@/lib/audit/queries'
import { ledgerNeeds } from '@/lib/audit/installed'
import { cursorText } from '@/lib/db/keyset'
import type { Principal } from '@/lib/db/scope'
import { count } from '@/lib/format/format'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { Activity } from './activity'
import { attempt } from './attempt'
import { useActor, useSentence } from './entry'
import { ExportMenu } from './export-menu'
import { Facets } from './facets'
import { Filters } from './filters'
import { historyOf, HistoryTitle } from './history'
import { Missing, NotKnown, whatIsMissing } from './missing'
import { Peek } from './peek'
import { readLog } from './read'
import { filtersInUse, search, type State } from './search'
import { SealFact } from './verify/fact'
import { Views } from './views'
import { Unread } from '../requests/frame'

export async function generateMetadata() {
  return { title: (await getTranslations('audit'))('title') }
}

export default async function AuditPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('audit:read')
  const t = await getTranslations('audit')
  const zone = await getTimeZone()
  const state = search.parse(await searchParams)
  const missing = await whatIsMissing(principal.database, ledgerNeeds)
  const closed = search.href(state, { peek: null })
  return (
    <>
      <PageHeader
        title={historyOf(state) ? <HistoryTitle principal={principal} state={state} /> : t('title')}
        {...(historyOf(state) ? { crumbs: [{ href: '/audit', label: t('title') }] } : {})}
        facts={
          <>
            {t('facts', { zone })}
            {missing.what.length === 0 && (
              <>
                {' · '}
                <SealFact database={principal.database} />
              </>
            )}
          </>
        }
        actions={
          missing.what.length === 0 && (
            <>
              <LinkButton href="/audit/verify">{(await getTranslations('verify'))('open')}</LinkButton>
              <LinkButton href="/audit/reports">{t('reports.title')}</LinkButton>
              {may(principal, 'export') && <ExportMenu state={state} />}
            </>
          )
        }
      />
      {missing.what.length > 0 ? (
        <Missing kind="audit" database={principal.database} what={missing.what} set="ledger" />
      ) : (
        <>
          <NotKnown kind="audit" error={missing.error} />
          <Filters principal={principal} state={state}>
            <Views principal={principal} state={state} />
            <Columns state={state} />
          </Filters>
          <Section waitKey={closed} className="no-print" fallback={<div className="h-28" />}>
            <Activity principal={principal} state={state} />
            <Facets principal={principal} state={state} />
          </Section>
          <WithDrawer
            drawer={state.peek && <Peek principal={principal} state={state} id={state.peek} close={closed} />}
          >
            <Section waitKey={closed} fallback={<Skeleton columns={await heads()} />}>
              <Entries principal={principal} state={state} />
            </Section>
          </WithDrawer>
        </>
      )}
    </>
  )
}

const columnIds = ['when', 'what', 'action', 'table', 'row', 'actor', 'outcome', 'entry'] as const

/** The whole log is read by its columns; the history of one row, patient or person as sentences. */
const hiddenIn = (state: State): readonly string[] =>
  state.hide.length > 0 ? state.hide : historyOf(state) ? ['action', 'row'] : ['what']

async function heads() {
  const t = await getTranslations('audit')
  return columnIds.map((id) => t(id))
}

async function Columns({ state }: { state: State }) {
  const t = await getTranslations('audit')
  return (
    <ColumnChooser
      columns={columnIds.map((id) => ({ id, head: t(id) }))}
      hidden={hiddenIn(state)}
      href={(hide) => search.href(state, { hide })}
    />
  )
}

async function Entries({ principal, state }: { principal: Principal; state: State }) {
  const t = await getTranslations('audit')
  const r = await getTranslations('reports')
  const locale = await getLocale()
  const zone = await getTimeZone()
  const { value, error } = await attempt(() => readLog(principal, state, zone))
  if (error) return <Unread error={error} />
  const { page, total, newer, people } = value
  const [first] = page.rows
  const last = page.rows.at(-1)
  const clear = search.href(search.parse({}), { hide: state.hide })
  if (!first || !last) {
    if (filtersInUse(state).length > 0)
      return <FilteredAway clearHref={clear}>{t('filteredAway')}</FilteredAway>
    if (state.after || state.before) return <FilteredAway clearHref={clear} />
    return (
      <Empty title={t('emptyTitle')} action={{ href: '/audit-status', label: t('coverage') }}>
        {t('emptyBody')}
      </Empty>
    )
  }
  const newest = search.href(state, { after: null, before: null, peek: null })
  const shown = count(page.rows.length, locale)
  const pager = (
    <Pager
      kind="keyset"
      first={page.newer ? newest : null}
      previous={page.newer ? search.href(state, { before: at(first), after: null, peek: null }) : null}
      next={page.older ? search.href(state, { after: at(last), before: null, peek: null }) : null}
    >
      {t(total.more ? 'rowsOfMany' : 'rowsOf', { shown, total: count(total.entries, locale) })}
      {page.older && ` · ${t('moreBelow')}`}
    </Pager>
  )
  return (
    <>
      {newer > 0 && (
        <p className="no-print text-center">
          <Link href={newest as Route} prefetch={false} className="link text-meta">
            {newer > countCap
              ? t('newerCapped', { count: count(countCap, locale) })
              : t('newer', { count: newer })}
          </Link>
        </p>
      )}
      {pager}
      <p className="text-muted text-meta mb-2 hidden print:block">
        {t(total.more ? 'rowsOfMany' : 'rowsOf', { shown, total: count(total.entries, locale) })} ·{' '}
        {principal.database} · {r('facts_by')} {principal.name} · <Time at={await getNow()} look="exact" />
      </p>
      <DataTable
        caption={t('caption')}
        columns={columns(t, people)}
        rows={page.rows}
        rowKey={(row) => row.id}
        rowHref={(row) => search.href(state, { peek: row.id })}
        selected={state.peek || null}
        hidden={hiddenIn(state)}
      />
      {pager}
    </>
  )
}

function columns(
  t: Awaited<ReturnType<typeof getTranslations<'audit'>>>,
  people: ReadonlyMap<string, string>,
): readonly Column<Entry>[] {
  return [
    { id: 'when', head: t('when'), cell: (row) => <Time at={row.recordedAt} look="clock" /> },
    {
      id: 'what',
      head: t('what'),
      cell: (row) => <What people={people} entry={row} />,
    },
    {
      id: 'action',
      head: t('action'),
      cell: (row) => <Status of="action" value={row.action as 'read'} look="pill" />,
    },
    { id: 'table', head: t('table'), cell: (row) => <Mono text={row.tableName} /> },
    {
      id: 'row',
      head: t('row'),
      cell: (row) => <Mono text={(row.recordId ?? row.recordKey)?.slice(0, 8) ?? rowsOf(row)} />,
    },
    { id: 'actor', head: t('actor'), cell: (row) => <Actor people={people} entry={row} /> },
    {
      id: 'outcome',
      head: t('outcome'),
      cell: (row) => <Status of="auditOutcome" value={row.outcome as 'success'} />,
    },
    {
      id: 'entry',
      head: t('entry'),
      align: 'end',
      cell: (row) => (
        <Link href={`/audit/${row.id}` as Route} prefetch={false} className="link font-mono text-meta">
          {row.id}
        </Link>
      ),
    },
  ]
}

const at = (row: Entry) => cursorText({ at: row.recordedAt, id: row.id })

const rowsOf = (row: Entry): string | null => (row.recordCount === null ? null : `× ${row.recordCount}`)

function Actor({ people, entry }: { people: ReadonlyMap<string, string>; entry: Entry }) {
  return <span className="whitespace-nowrap print:whitespace-normal">{useActor(people)(entry)}</span>
}

function What({ people, entry }: { people: ReadonlyMap<string, string>; entry: Entry }) {
  return (
    <span className="block sm:min-w-60 print:min-w-40 [overflow-wrap:anywhere] whitespace-normal">
      {useSentence(people)(entry)}
    </span>
  )
}

const Mono = ({ text }: { text: string | null }) =>
  text === null ? <span className="text-muted">—</span> : <code className="whitespace-nowrap">{text}</code>
