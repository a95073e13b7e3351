import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { LinkButton } from '@/components/button'
import { WithDrawer } from '@/components/drawer'
import { FilterBar, type Chip, type Field } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { OffsetPager } from '@/components/pager'
import { Empty, FilteredAway, Waiting } from '@/components/states'
import { Time } from '@/components/time'
import { readStore } from '@/lib/db/scope'
import { count } from '@/lib/format/format'
import { verdictOrder } from '@/lib/isolation/lines'
import { selectIsolation } from '@/lib/isolation/matrix'
import { listResults, type StoredRun } from '@/lib/isolation/stored'
import { may } from '@/lib/session/permissions'
import { requirePrincipal, type Principal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { WithScan, type Scan } from '../with-scan'
import { startIsolation } from './actions'
import { Exports } from './exports'
import { IsolationTable, Legend } from './matrix'
import { Notes, StaleResults } from './notes'
import { OtherChannels } from './other-channels'
import { readIsolation, type IsolationView } from './read'
import { RunState } from './run-state'
import { cellOf, search, type State } from './search'
import { Why } from './why'

const pageSize = 50

export async function generateMetadata() {
  return { title: (await getTranslations('isolation'))('title') }
}

export default async function IsolationPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('catalog:read')
  const state = search.parse(await searchParams)
  const t = await getTranslations('isolation')
  return (
    <Section waitKey={search.query({ ...state, peek: '' })} fallback={<Waiting height={420} />}>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <Isolation scan={scan} state={state} principal={principal} />}
      </WithScan>
    </Section>
  )
}

async function Isolation({ scan, state, principal }: { scan: Scan; state: State; principal: Principal }) {
  const t = await getTranslations('isolation')
  const view = await readIsolation(principal, scan)
  const { prepared, newest, finished } = view
  const writes = may(principal, 'findings:write')
  const running = newest?.state === 'running'
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={finished ? <Facts run={finished} /> : t('lead')}
        actions={
          <>
            {finished && may(principal, 'export') && <Exports state={state} />}
            <LinkButton href="/isolation/principals">{t('principals.title')}</LinkButton>
            {writes && !running && (
              <ActionForm
                action={startIsolation}
                submit={finished ? t('run.again') : t('run.start')}
                working={t('run.starting')}
                inline
              />
            )}
          </>
        }
      />
      <RunState run={newest} writes={writes} />
      {view.stale && !running && <StaleResults />}
      {finished ? (
        <Results view={view} state={state} scan={scan} principal={principal} />
      ) : (
        !running && (
          <Empty title={t('emptyTitle')}>
            {t('empty', {
              relations: prepared.setup.tenants.length + prepared.setup.tenantVia.length,
              principals: prepared.setup.principals.length,
            })}
            {!writes && ` ${t('emptyReader')}`}
          </Empty>
        )
      )}
      <Notes notes={finished && !view.stale ? finished.notes : prepared.notes} />
    </>
  )
}

async function Facts({ run }: { run: StoredRun }) {
  const t = await getTranslations('isolation')
  const locale = await getLocale()
  const counts = run.counts ?? { leaks: 0, unknown: 0, isolated: 0, unreachable: 0 }
  return (
    <>
      {t('facts', {
        leaks: count(counts.leaks, locale),
        unknown: count(counts.unknown, locale),
        isolated: count(counts.isolated, locale),
      })}{' '}
      · {t('asked')} <Time at={run.finishedAt} /> {t('by', { name: run.startedBy ?? '—' })}
    </>
  )
}

async function Results({
  view,
  state,
  scan,
  principal,
}: {
  view: IsolationView
  state: State
  scan: Scan
  principal: Principal
}) {
  const t = await getTranslations('isolation')
  const word = await getTranslations('status.isolation')
  const { matrix, finished } = view
  if (!matrix || !finished) return null
  const rows = selectIsolation(matrix, state)
  const pages = Math.max(1, Math.ceil(rows.length / pageSize))
  const page = Math.min(state.page, pages)
  const cell = cellOf(state.peek)
  const answers = cell
    ? await readStore(principal, (tx) => listResults(tx, finished.id, [cell.relation]))
    : []
  const fields: Field[] = [
    { kind: 'search', name: 'q', value: state.q, label: t('search') },
    {
      kind: 'one',
      name: 'show',
      value: state.show,
      label: t('show'),
      options: verdictOrder.map((verdict) => ({ value: verdict, label: word(verdict) })),
    },
    {
      kind: 'one',
      name: 'order',
      value: state.order,
      label: t('order'),
      options: [
        { value: 'worst', label: t('worstFirst') },
        { value: 'name', label: t('byName') },
      ],
      always: true,
    },
  ]
  const chips: Chip[] = [
    ...(state.q ? [{ label: t('search'), value: state.q, href: search.href(state, { q: null }) }] : []),
    ...(state.show
      ? [{ label: t('show'), value: word(state.show), href: search.href(state, { show: null }) }]
      : []),
  ]
  const pager = (
    <OffsetPager
      page={page}
      size={pageSize}
      total={rows.length}
      href={(to) => search.href(state, { page: to })}
    />
  )
  return (
    <>
      <FilterBar
        path={search.path}
        fields={fields}
        kept={search.kept(state, ['q', 'show', 'order'])}
        chips={chips}
        clearHref={search.path}
      />
      {rows.length === 0 ? (
        <FilteredAway clearHref={search.path} />
      ) : (
        <WithDrawer
          drawer={
            cell && (
              <Why
                scan={scan}
                cell={cell}
                answers={answers}
                close={search.href(state, { peek: null })}
                writes={may(principal, 'findings:write')}
              />
            )
          }
        >
          {pager}
          <IsolationTable
            rows={rows.slice((page - 1) * pageSize, page * pageSize)}
            roles={matrix.roles}
            state={state}
          />
          {pages > 1 && pager}
          <Legend />
          <OtherChannels lines={matrix.others} state={state} />
        </WithDrawer>
      )}
    </>
  )
}
