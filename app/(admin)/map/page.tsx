import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import type { Route } from 'next'
import { DataTable } from '@/components/data-table'
import { LinkButton } from '@/components/button'
import { FilterBar } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { RelationLink } from '@/components/relation-link'
import { Empty, Waiting } from '@/components/states'
import { Status, useStatusWord } from '@/components/status'
import { count } from '@/lib/format/format'
import { busiest, mapOf, type TableMap } from '@/lib/map/graph'
import { layoutOf, type Layout } from '@/lib/map/layout'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { WithScan, type Scan } from '../with-scan'
import { drawn } from './draw'
import { Drawing } from './drawing'
import { PanZoom } from './pan-zoom'
import { search, type State } from './search'

export async function generateMetadata() {
  return { title: (await getTranslations('map'))('title') }
}

export default async function MapPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('catalog:read')
  const state = search.parse(await searchParams)
  const t = await getTranslations('map')
  return (
    <Section waitKey={search.query(state)} fallback={<Waiting height={480} />}>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <WithLayout scan={scan} state={state} exports={may(principal, 'export')} />}
      </WithScan>
    </Section>
  )
}

async function WithLayout({ scan, state, exports }: { scan: Scan; state: State; exports: boolean }) {
  const focus = scan.facts.roots.find((table) => table.id === state.focus)?.id ?? null
  const map = mapOf(scan.facts, { focus, depth: Number(state.depth) })
  return (
    <Map
      scan={scan}
      state={{ ...state, focus: focus ?? '' }}
      map={map}
      layout={await layoutOf(map)}
      exports={exports}
    />
  )
}

interface Props {
  scan: Scan
  state: State
  map: TableMap
  layout: Layout
  exports: boolean
}

function Map({ scan, state, map, layout, exports }: Props) {
  const t = useTranslations('map')
  const locale = useLocale()
  const word = useStatusWord()
  const tables = scan.facts.roots.map((table) => table.id).sort()
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={
          map.tooMany === null &&
          t('facts', { tables: count(map.nodes.length, locale), keys: count(map.edges.length, locale) })
        }
        actions={
          exports &&
          map.nodes.length > 0 && (
            <LinkButton href={`/export/map${search.query(state)}`} download>
              {t('svg')}
            </LinkButton>
          )
        }
      />
      <FilterBar
        path={search.path}
        kept={search.kept(state, ['focus', 'depth'])}
        chips={
          state.focus === ''
            ? []
            : [{ label: t('focus'), value: state.focus, href: search.href(state, { focus: '' }) }]
        }
        clearHref={search.path}
        fields={[
          {
            kind: 'one',
            name: 'focus',
            value: state.focus || null,
            label: t('focus'),
            options: tables.map((id) => ({ value: id, label: id })),
          },
          {
            kind: 'one',
            name: 'depth',
            value: state.depth,
            label: t('depth'),
            options: (['1', '2', '3'] as const).map((value) => ({
              value,
              label: t('keysAway', { count: Number(value) }),
            })),
          },
        ]}
      />
      {map.tooMany !== null ? (
        <>
          <Empty title={t('tooMany', { count: count(map.tooMany, locale) })}>{t('tooManyText')}</Empty>
          <Busiest scan={scan} state={state} />
        </>
      ) : map.nodes.length === 0 ? (
        <Empty title={t('none')} />
      ) : (
        <>
          <PanZoom
            width={layout.width}
            height={layout.height}
            key={search.query(state)}
            center={centerOf(layout, state.focus)}
            initial={state.focus === '' ? 0.7 : 1}
            label={t('drawing')}
            words={{ in: t('zoomIn'), out: t('zoomOut'), fit: t('fit'), whole: t('actual') }}
          >
            <Drawing layout={layout} nodes={drawn(map, state, word, t)} label={t('drawing')} />
          </PanZoom>
          <Legend />
          {map.more && <p className="text-muted mt-1">{t('more')}</p>}
          <Keys map={map} />
        </>
      )}
      <Unlinked map={map} />
    </>
  )
}

function Busiest({ scan, state }: Pick<Props, 'scan' | 'state'>) {
  const t = useTranslations('map')
  return (
    <section className="mt-6">
      <h2 className="mb-2 font-semibold">{t('busiest')}</h2>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {busiest(scan.facts, 24).map(({ id, keys }) => (
          <li key={id}>
            <Link
              href={search.href(state, { focus: id }) as Route}
              prefetch={false}
              className="link font-mono [overflow-wrap:anywhere]"
            >
              {id}
            </Link>{' '}
            <span className="text-muted text-meta">{keys}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Where the table in focus lies, else the middle; shares of width and height. */
function centerOf(layout: Layout, focus: string): readonly [number, number] {
  const box = layout.boxes.get(focus as Parameters<typeof layout.boxes.get>[0])
  if (!box) return [0.5, 0.5]
  return [(box.x + box.width / 2) / layout.width, (box.y + box.height / 2) / layout.height]
}

function Legend() {
  const t = useTranslations('map')
  return (
    <p className="text-muted text-meta mt-2 flex flex-wrap items-baseline gap-x-4 gap-y-1">
      <span>{t('legend')}</span>
      {(['forced', 'enabled', 'off', 'notApplicable'] as const).map((value) => (
        <Status key={value} of="rls" value={value} />
      ))}
      {(['captured', 'partly', 'missing', 'disabled'] as const).map((value) => (
        <Status key={value} of="capture" value={value} />
      ))}
    </p>
  )
}

function Keys({ map }: { map: TableMap }) {
  const t = useTranslations('map')
  return (
    <section className="mt-6">
      <h2 className="mb-2 font-semibold">{t('keys')}</h2>
      <DataTable
        caption={t('keys')}
        rows={map.edges}
        rowKey={(edge) => `${edge.from} ${edge.constraint}`}
        maxHeight="24rem"
        columns={[
          { id: 'from', head: t('columns.from'), cell: (edge) => <RelationLink id={edge.from} /> },
          {
            id: 'columns',
            head: t('columns.columns'),
            cell: (edge) => <code>{edge.columns.join(', ')}</code>,
          },
          { id: 'to', head: t('columns.to'), cell: (edge) => <RelationLink id={edge.to} /> },
          {
            id: 'onDelete',
            head: t('columns.onDelete'),
            cell: (edge) => <span className="text-muted">{edge.onDelete}</span>,
          },
        ]}
      />
    </section>
  )
}

function Unlinked({ map }: { map: TableMap }) {
  const t = useTranslations('map')
  if (map.unlinked.length === 0) return null
  return (
    <section className="mt-6">
      <h2 className="mb-2 font-semibold">
        {t('unlinked')} <span className="text-muted font-normal">{map.unlinked.length}</span>
      </h2>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {map.unlinked.slice(0, 200).map((id) => (
          <li key={id}>
            <RelationLink id={id} />
          </li>
        ))}
      </ul>
    </section>
  )
}
