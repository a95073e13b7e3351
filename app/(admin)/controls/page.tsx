import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { WithDrawer } from '@/components/drawer'
import { FilterBar, type Chip } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { PagedTable } from '@/components/paged-table'
import { FilteredAway, Skeleton } from '@/components/states'
import { useStatusWord } from '@/components/status'
import { Time } from '@/components/time'
import { allControls } from '@/lib/controls/all'
import { assess, controlStates, type AssessedControl } from '@/lib/controls/assess'
import { sources } from '@/lib/controls/control'
import { count } from '@/lib/format/format'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { ExportLink } from '../export-link'
import { WithScan, type Scan } from '../with-scan'
import { selected, useColumns } from './list'
import { ControlPeek } from './peek'
import { search, type State } from './search'

export async function generateMetadata() {
  return { title: (await getTranslations('controls'))('title') }
}

export default async function ControlsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('findings:read')
  const state = search.parse(await searchParams)
  const t = await getTranslations('controls')
  return (
    <Section waitKey={search.query({ ...state, peek: '' })} fallback={<Loading />}>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <Controls scan={scan} state={state} exports={may(principal, 'export')} />}
      </WithScan>
    </Section>
  )
}

function Controls({ scan, state, exports }: { scan: Scan; state: State; exports: boolean }) {
  const t = useTranslations('controls')
  const locale = useLocale()
  const columns = useColumns()
  const all = assess(allControls, scan.result)
  const rows = selected(all, state)
  const number = (of: AssessedControl['state']) =>
    count(all.filter((each) => each.state === of).length, locale)
  const peeked = all.find((each) => each.control.id === state.peek)
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={t.rich('facts', {
          met: number('met'),
          notMet: number('notMet'),
          notAssessable: number('notAssessable'),
          notApplicable: number('notApplicable'),
          when: () => <Time at={scan.snapshot.takenAt} />,
        })}
        actions={exports && <ExportLink kind="controls" query={search.query({ ...state, peek: '' })} />}
      />
      <p className="text-muted mb-3 max-w-[80ch]">{t('intro')}</p>
      <Filters state={state} all={all} />
      <WithDrawer
        drawer={peeked && <ControlPeek assessed={peeked} close={search.href(state, { peek: null })} />}
      >
        {rows.length === 0 ? (
          <FilteredAway clearHref={search.path} />
        ) : (
          <PagedTable
            caption={t('title')}
            columns={columns}
            rows={rows}
            page={state.page}
            pageHref={(page) => search.href(state, { page, peek: null })}
            rowKey={(row) => row.control.id}
            rowHref={(row) => search.href(state, { peek: row.control.id })}
            selected={state.peek}
            // What they count stands in the peek.
            hidden={peeked ? ['rules', 'findings'] : []}
          />
        )}
      </WithDrawer>
    </>
  )
}

function Filters({ state, all }: { state: State; all: readonly AssessedControl[] }) {
  const t = useTranslations('controls')
  const word = useStatusWord()
  const chips: Chip[] = [
    ...(state.q === '' ? [] : [{ label: t('search'), value: state.q, href: search.href(state, { q: '' }) }]),
    ...(state.source.length === 0
      ? []
      : [{ label: t('source'), value: state.source.join(', '), href: search.href(state, { source: [] }) }]),
    ...(state.state.length === 0
      ? []
      : [
          {
            label: t('state'),
            value: state.state.map((value) => word('control', value)).join(', '),
            href: search.href(state, { state: [] }),
          },
        ]),
  ]
  return (
    <FilterBar
      path={search.path}
      kept={search.kept(state, ['q', 'source', 'state'])}
      chips={chips}
      clearHref={search.path}
      fields={[
        { kind: 'search', name: 'q', value: state.q, label: t('search') },
        {
          kind: 'many',
          name: 'source',
          value: state.source,
          label: t('source'),
          options: sources.map((value) => ({
            value,
            label: value,
            count: all.filter((each) => each.control.source === value).length,
          })),
        },
        {
          kind: 'many',
          name: 'state',
          value: state.state,
          label: t('state'),
          options: controlStates.map((value) => ({
            value,
            label: word('control', value),
            count: all.filter((each) => each.state === value).length,
          })),
        },
      ]}
    />
  )
}

function Loading() {
  return <Skeleton columns={useColumns().map((column) => column.head)} />
}
