import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { ColumnChooser } from '@/components/column-chooser'
import { FilterBar, type Chip } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { PagedTable } from '@/components/paged-table'
import { AllGood, Empty, FilteredAway, Skeleton, Waiting } from '@/components/states'
import { useStatusWord } from '@/components/status'
import { Time } from '@/components/time'
import { readStore } from '@/lib/db/scope'
import { findingStates } from '@/lib/findings/findings'
import { listedFindings, selectFindings, stateOf, type ListedFinding } from '@/lib/findings/listed'
import { rememberScan } from '@/lib/findings/remember'
import { count } from '@/lib/format/format'
import { may } from '@/lib/session/permissions'
import { requirePrincipal, type Principal } from '@/lib/session/principal'
import { findingPath } from '@/lib/url/paths'
import type { SearchParams } from '@/lib/url/search'
import { ExportLink } from '../export-link'
import { WithScan, type Scan } from '../with-scan'
import { findingFilter, useColumns } from './list'
import { groups, search, type State } from './search'
import { TrendOverTime } from './trend'
import { FixesBar, RefutedNote, StateTabs, UnknownNote } from './parts'

export async function generateMetadata() {
  return { title: (await getTranslations('findings'))('title') }
}

export default async function FindingsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('findings:read')
  const state = search.parse(await searchParams)
  const t = await getTranslations('findings')
  return (
    <Section waitKey={search.query({ ...state, hide: [] })} fallback={<Loading />}>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <Findings scan={scan} principal={principal} state={state} />}
      </WithScan>
    </Section>
  )
}

async function Findings({ scan, principal, state }: { scan: Scan; principal: Principal; state: State }) {
  await rememberScan(principal.database, scan)
  const history = await readStore(principal, (tx) => findingStates(tx, principal.database))
  const all = listedFindings(scan.result.findings, scan.result.outcomes, history)
  return (
    <>
      <List scan={scan} all={all} state={state} exports={may(principal, 'export')} />
      <TrendPart principal={principal} />
    </>
  )
}

async function TrendPart({ principal }: { principal: Principal }) {
  const t = await getTranslations('findings.trend')
  return (
    <Section title={t('title')} card fallback={<Waiting height={180} />} className="mt-6">
      <TrendOverTime principal={principal} />
    </Section>
  )
}

/** Does a statement mend it? Asked of those that are shown: to put tens of thousands into words takes a second. */
function mendable({ result }: Scan, { state }: State): (key: string) => boolean {
  if (state === 'resolved') return () => false
  const byKey = new Map(result.findings.map((finding) => [finding.key, finding]))
  return (key) => (byKey.get(key)?.fix.sql.length ?? 0) > 0
}

interface ListProps {
  scan: Scan
  all: readonly ListedFinding[]
  state: State
  exports: boolean
}

function List({ scan, all, state, exports }: ListProps) {
  const t = useTranslations('findings')
  const locale = useLocale()
  const isMendable = mendable(scan, state)
  const columns = useColumns(isMendable)
  const shown = selectFindings(all, findingFilter(state))
  const filtered = state.q !== '' || state.severity.length > 0 || state.group.length > 0
  const numbers = { open: 0, accepted: 0, resolved: 0 }
  for (const each of all) numbers[stateOf(each)]++
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={t.rich('facts', {
          open: count(numbers.open, locale),
          accepted: count(numbers.accepted, locale),
          resolved: count(numbers.resolved, locale),
          when: () => <Time at={scan.snapshot.takenAt} />,
        })}
        actions={
          <>
            <LinkButton href="/findings/rules">{t('rulesLink')}</LinkButton>
            {exports && <ExportLink kind="findings" query={search.query(state)} />}
          </>
        }
      />
      <StateTabs state={state} numbers={numbers} />
      <Filters state={state} />
      <UnknownNote scan={scan} />
      <RefutedNote scan={scan} />
      {shown.some(({ key }) => isMendable(key)) && <FixesBar state={state} />}
      {shown.length > 0 ? (
        <PagedTable
          caption={t('title')}
          columns={columns}
          rows={shown}
          page={state.page}
          pageHref={(page) => search.href(state, { page })}
          rowKey={(row) => row.key}
          rowHref={(row) => findingPath(row.key)}
          hidden={state.hide}
          sort={{
            by: state.sort ?? 'severity',
            href: (by) => search.href(state, { sort: by as State['sort'] }),
          }}
        />
      ) : filtered ? (
        <FilteredAway clearHref={search.href({ ...state, q: '', severity: [], group: [] })} />
      ) : state.state !== 'open' ? (
        <Empty title={t(`none.${state.state}`)} />
      ) : (
        <AllGood>
          {t('allGood', { checked: scan.result.counts.outcomes.pass + scan.result.counts.outcomes.fail })}
        </AllGood>
      )}
    </>
  )
}

function Filters({ state }: { state: State }) {
  const t = useTranslations('findings')
  const word = useStatusWord()
  const columns = useColumns(() => false)
  const chip = (label: string, value: string, change: Partial<State>): Chip => ({
    label,
    value,
    href: search.href(state, change),
  })
  const chips = [
    ...(state.q === '' ? [] : [chip(t('search'), state.q, { q: '' })]),
    ...(state.severity.length === 0
      ? []
      : [
          chip(t('severity'), state.severity.map((value) => word('severity', value)).join(', '), {
            severity: [],
          }),
        ]),
    ...(state.group.length === 0
      ? []
      : [chip(t('group'), state.group.map((value) => t(`groups.${value}`)).join(', '), { group: [] })]),
  ]
  return (
    <FilterBar
      path={search.path}
      kept={search.kept(state, ['q', 'severity', 'group'])}
      chips={chips}
      clearHref={search.href({ ...state, q: '', severity: [], group: [] })}
      fields={[
        { kind: 'search', name: 'q', value: state.q, label: t('search') },
        {
          kind: 'many',
          name: 'severity',
          value: state.severity,
          label: t('severity'),
          options: (['critical', 'high', 'medium', 'low'] as const).map((value) => ({
            value,
            label: word('severity', value),
          })),
        },
        {
          kind: 'many',
          name: 'group',
          value: state.group,
          label: t('group'),
          options: groups.map((value) => ({ value, label: t(`groups.${value}`) })),
        },
      ]}
    >
      <ColumnChooser columns={columns} hidden={state.hide} href={(hide) => search.href(state, { hide })} />
    </FilterBar>
  )
}

function Loading() {
  return <Skeleton columns={useColumns(() => false).map((column) => column.head)} />
}
