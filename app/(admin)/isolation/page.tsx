import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { LinkButton } from '@/components/button'
import { WithDrawer } from '@/components/drawer'
import { PageHeader, Section } from '@/components/page'
import { OffsetPager } from '@/components/pager'
import { FilteredAway, Waiting } from '@/components/states'
import { Time } from '@/components/time'
import { readStore } from '@/lib/db/scope'
import { count } from '@/lib/format/format'
import { countCells, selectIsolation } from '@/lib/isolation/matrix'
import type { StoredRun } from '@/lib/isolation/stored/stored'
import { listResults } from '@/lib/isolation/stored/stored-results'
import type { Summary } from '@/lib/isolation/stored/summary'
import { may } from '@/lib/session/permissions'
import { requirePrincipal, type Principal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { WithScan, type Scan } from '../with-scan'
import { startIsolation } from './actions'
import { Causes } from './causes'
import { Exports } from './exports'
import { Filters } from './filters'
import { IsolationTable, Legend } from './matrix'
import { NobodyAsked } from './nobody-asked'
import { Notes, StaleResults } from './notes'
import { OtherChannels } from './other-channels'
import { readIsolation } from './read'
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
  const { prepared, newest, ahead, finished, summary, stale } = await readIsolation(principal, scan)
  const writes = may(principal, 'findings:write')
  const running = newest?.state === 'running'
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={finished && summary ? <Facts run={finished} summary={summary} /> : t('lead')}
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
      <RunState run={newest} ahead={ahead} writes={writes} />
      {stale && !running && <StaleResults />}
      {finished && summary ? (
        <Results run={finished} summary={summary} state={state} scan={scan} principal={principal} />
      ) : (
        <NobodyAsked setup={prepared.setup} database={principal.database} running={running} writes={writes} />
      )}
      <Notes notes={finished && !stale ? finished.notes : prepared.notes} />
    </>
  )
}

async function Facts({ run, summary }: { run: StoredRun; summary: Summary }) {
  const t = await getTranslations('isolation')
  const locale = await getLocale()
  const counts = countCells(selectIsolation(summary, search.parse({})).rows.flatMap(({ cells }) => cells))
  return (
    <>
      {t('facts', {
        leaks: counts.leaks,
        unknown: count(counts.unknown, locale),
        isolated: count(counts.isolated, locale),
      })}{' '}
      · {t('asked')} <Time at={run.finishedAt} /> {t('by', { name: run.startedBy ?? t('itself') })}
    </>
  )
}

async function Results({
  run,
  summary,
  state,
  scan,
  principal,
}: {
  run: StoredRun
  summary: Summary
  state: State
  scan: Scan
  principal: Principal
}) {
  const matrix = selectIsolation(summary, state)
  const { rows } = matrix
  const pages = Math.max(1, Math.ceil(rows.length / pageSize))
  const page = Math.min(state.page, pages)
  const cell = cellOf(state.peek)
  const answers = cell
    ? await readStore(principal, (tx) =>
        listResults(tx, run.id, { relations: [cell.relation], roles: [cell.role] }),
      )
    : []
  // What another verdict or cause would show has to be told beside the one that is chosen.
  const { rows: all } = selectIsolation(summary, { ...state, show: null, why: '' })
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
      <Filters
        summary={summary}
        cause={matrix.cause}
        counts={countCells(all.flatMap(({ cells }) => cells))}
        state={state}
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
          <Causes causes={summary.causes} rows={all} state={state} />
          {pager}
          <IsolationTable
            matrix={matrix}
            shown={rows.slice((page - 1) * pageSize, page * pageSize)}
            state={state}
          />
          {pages > 1 && pager}
          <Legend />
          <OtherChannels summary={summary} state={state} />
        </WithDrawer>
      )}
    </>
  )
}
