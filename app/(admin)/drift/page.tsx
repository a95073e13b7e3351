import { useFormatter, useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { FilterBar, type Chip } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { AllGood, CannotLook, Empty, FilteredAway, Waiting } from '@/components/states'
import { Time } from '@/components/time'
import { CatalogError } from '@/lib/catalog/error'
import { areas, countWeights, weights } from '@/lib/drift/areas'
import { isExpected } from '@/lib/errors'
import { count, dateStyle } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import { may } from '@/lib/session/permissions'
import { requirePrincipal, type Principal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { DatabaseAway } from '../database-away'
import { ExportLink } from '../export-link'
import { Changes } from './changes'
import { readDrift, selectChanges, type Comparison, type Drift, type Side } from './read'
import { search, type State } from './search'

export async function generateMetadata() {
  return { title: (await getTranslations('drift'))('title') }
}

export default async function DriftPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('catalog:read')
  const state = search.parse(await searchParams)
  return (
    <Section waitKey={search.query(state)} fallback={<Waiting height={320} />}>
      <Read principal={principal} state={state} />
    </Section>
  )
}

async function Read({ principal, state }: { principal: Principal; state: State }) {
  const t = await getTranslations('drift')
  const found = await readDrift(principal, state).catch((error: unknown) => {
    if (error instanceof CatalogError || isExpected(error)) return error
    throw error
  })
  if (found instanceof Error) {
    return (
      <>
        <PageHeader title={t('title')} facts={principal.database} />
        {found instanceof CatalogError ? (
          <DatabaseAway principal={principal} error={found} />
        ) : (
          <CannotLook title={t('failed')} cause={say(found.sentence, principal.locale)} />
        )}
      </>
    )
  }
  return <Compared found={found} state={state} own={principal.database} exports={may(principal, 'export')} />
}

interface Props {
  found: Comparison
  state: State
  own: string
  exports: boolean
}

function Compared({ found, state, own, exports }: Props) {
  const t = useTranslations('drift')
  const { drift } = found
  if (!drift) {
    const first = found.sides.findLast((side) => side.database === own && !side.now)
    return (
      <>
        <PageHeader title={t('title')} facts={own} />
        <Filters found={found} state={state} />
        {first ? (
          <AllGood>{t.rich('same', { when: () => <Time at={first.takenAt} /> })}</AllGood>
        ) : (
          <Empty title={t('nothingYet')}>{t('nothingYetHint')}</Empty>
        )}
      </>
    )
  }
  const shown = selectChanges(drift.changes, state)
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={
          <>
            <SideName side={drift.before} /> → <SideName side={drift.after} />
          </>
        }
        actions={
          exports && drift.changes.length > 0 && <ExportLink kind="drift" query={search.query(state)} />
        }
      />
      <Filters found={found} state={state} drift={drift} />
      {drift.changes.length === 0 ? (
        <AllGood>{t('noDifference')}</AllGood>
      ) : shown.length === 0 ? (
        <FilteredAway clearHref={search.href({ ...state, q: '', weight: [], area: [] })} />
      ) : (
        <Changes changes={shown} state={state} />
      )}
    </>
  )
}

function SideName({ side }: { side: Side }) {
  const t = useTranslations('drift')
  return (
    <>
      <code>{side.database}</code> {side.now ? t('now') : <Time at={side.takenAt} />}
    </>
  )
}

function Filters({ found, state, drift }: { found: Comparison; state: State; drift?: Drift }) {
  const t = useTranslations('drift')
  const locale = useLocale()
  const format = useFormatter()
  const numbers = countWeights(drift?.changes ?? [])
  const name = (side: Side) =>
    side.now
      ? t('nowOf', { database: side.database })
      : t('then', {
          database: side.database,
          when: format.dateTime(new Date(side.takenAt), { dateStyle: dateStyle(locale), timeStyle: 'short' }),
        })
  const options = found.sides.map((side) => ({ value: side.id, label: name(side) }))
  const chip = (label: string, value: string, change: Partial<State>): Chip => ({
    label,
    value,
    href: search.href(state, change),
  })
  const chips = [
    ...(state.q === '' ? [] : [chip(t('search'), state.q, { q: '' })]),
    ...(state.weight.length === 0
      ? []
      : [chip(t('weight'), state.weight.map((value) => t(`weights.${value}`)).join(', '), { weight: [] })]),
    ...(state.area.length === 0
      ? []
      : [chip(t('area'), state.area.map((value) => t(`areas.${value}`)).join(', '), { area: [] })]),
  ]
  return (
    <FilterBar
      path={search.path}
      kept={search.kept(state, ['before', 'after', 'q', 'weight', 'area'])}
      chips={chips}
      clearHref={search.href({ ...state, q: '', weight: [], area: [] })}
      fields={[
        {
          kind: 'one',
          name: 'before',
          value: state.before || null,
          label: t('before'),
          options,
          none: t('lastOther'),
        },
        {
          kind: 'one',
          name: 'after',
          value: state.after || (options[0]?.value ?? null),
          label: t('after'),
          options,
          always: true,
        },
        { kind: 'search', name: 'q', value: state.q, label: t('search') },
        {
          kind: 'many',
          name: 'weight',
          value: state.weight,
          label: t('weight'),
          options: weights.map((value) => ({
            value,
            label: t(`weights.${value}`),
            count: count(numbers[value], locale),
          })),
        },
        {
          kind: 'many',
          name: 'area',
          value: state.area,
          label: t('area'),
          options: areas.map((value) => ({ value, label: t(`areas.${value}`) })),
        },
      ]}
    />
  )
}
