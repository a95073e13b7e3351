import { getLocale, getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { WithDrawer } from '@/components/drawer'
import { FilterBar, type Chip, type Field } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { OffsetPager } from '@/components/pager'
import { Empty, FilteredAway, Waiting } from '@/components/states'
import { effectiveRoles } from '@/lib/catalog/access'
import { defaultRoles, matrixOf, openCells, selectRows, worstFirst } from '@/lib/coverage/matrix'
import { count } from '@/lib/format/format'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { Legend, MatrixTable } from './matrix'
import { cellOf, search, type State } from './search'
import { Why } from './why'
import { WithScan, type Scan } from '../with-scan'

const pageSize = 50

export async function generateMetadata() {
  return { title: (await getTranslations('coverage'))('title') }
}

export default async function CoveragePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('catalog:read')
  const state = search.parse(await searchParams)
  const t = await getTranslations('coverage')
  return (
    <Section waitKey={search.query({ ...state, peek: '' })} fallback={<Waiting height={420} />}>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <Coverage scan={scan} state={state} exports={may(principal, 'export')} />}
      </WithScan>
    </Section>
  )
}

async function Coverage({ scan, state, exports }: { scan: Scan; state: State; exports: boolean }) {
  const t = await getTranslations('coverage')
  const word = await getTranslations('status.access')
  const locale = await getLocale()
  const { snapshot, facts } = scan
  const everyRole = effectiveRoles(snapshot)
  const chosen = everyRole.map((role) => role.name).filter((name) => state.role.includes(name))
  const roles = chosen.length > 0 ? chosen : defaultRoles(snapshot, facts)
  const matrix = matrixOf(snapshot, facts, roles)
  const rows = selectRows(matrix, state)
  const pages = Math.max(1, Math.ceil(rows.length / pageSize))
  const page = Math.min(state.page, pages)
  const shown = rows.slice((page - 1) * pageSize, page * pageSize)
  const schemas = [...new Set(matrix.rows.map((row) => row.schema))]
  const fields: Field[] = [
    { kind: 'search', name: 'q', value: state.q, label: t('search') },
    {
      kind: 'many',
      name: 'schema',
      value: state.schema,
      label: t('schema'),
      options: schemas.map((name) => ({ value: name, label: name })),
    },
    {
      kind: 'many',
      name: 'role',
      value: state.role,
      label: t('role'),
      options: everyRole.map((role) => ({ value: role.name, label: role.name })),
    },
    {
      kind: 'one',
      name: 'show',
      value: state.show,
      label: t('show'),
      options: worstFirst.map((verdict) => ({ value: verdict, label: word(verdict) })),
    },
    {
      kind: 'one',
      name: 'order',
      value: state.order,
      label: t('order'),
      options: [
        { value: 'open', label: t('openFirst') },
        { value: 'name', label: t('byName') },
      ],
      always: true,
    },
  ]
  const cell = cellOf(state.peek)
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
      <PageHeader
        title={t('title')}
        facts={t('facts', {
          tables: count(rows.length, locale),
          roles: roles.length,
          open: count(openCells(rows), locale),
        })}
        actions={
          exports && (
            <LinkButton href={`/export/coverage${search.query({ ...state, peek: '', page: 1 })}`} download>
              {t('csv')}
            </LinkButton>
          )
        }
      />
      <FilterBar
        path={search.path}
        fields={fields}
        kept={search.kept(state, ['q', 'schema', 'role', 'show', 'order'])}
        chips={chipsOf(state, t, word)}
        clearHref={search.path}
      />
      {matrix.rows.length === 0 || roles.length === 0 ? (
        <Empty title={t('emptyTitle')}>{t('empty')}</Empty>
      ) : rows.length === 0 ? (
        <FilteredAway clearHref={search.path} />
      ) : (
        <WithDrawer
          drawer={cell && <Why scan={scan} cell={cell} close={search.href(state, { peek: null })} />}
        >
          {pager}
          <MatrixTable rows={shown} roles={roles} state={state} />
          {pages > 1 && pager}
          <Legend />
        </WithDrawer>
      )}
    </>
  )
}

function chipsOf(state: State, t: (key: string) => string, word: (key: string) => string): Chip[] {
  return [
    ...(state.q ? [{ label: t('search'), value: state.q, href: search.href(state, { q: null }) }] : []),
    ...state.schema.map((name) => ({
      label: t('schema'),
      value: name,
      href: search.href(state, { schema: state.schema.filter((each) => each !== name) }),
    })),
    ...state.role.map((name) => ({
      label: t('role'),
      value: name,
      href: search.href(state, { role: state.role.filter((each) => each !== name) }),
    })),
    ...(state.show
      ? [{ label: t('show'), value: word(state.show), href: search.href(state, { show: null }) }]
      : []),
  ]
}
