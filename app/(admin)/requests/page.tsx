import { getLocale, getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { DataTable, type Column } from '@/components/data-table'
import { FilterBar, type Chip } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { Pager } from '@/components/pager'
import { Empty, FilteredAway, Skeleton } from '@/components/states'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import { cursorText } from '@/lib/db/keyset'
import type { Principal } from '@/lib/db/scope'
import { day } from '@/lib/format/format'
import type { RequestRow } from '@/lib/requests/queries'
import { requestTypes } from '@/lib/requests/types'
import { requirePrincipal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { attempt } from '../audit/attempt'
import { Alarm, Unread, WithRegisters } from './frame'
import { readInbox } from './read'
import { filtersInUse, search, type State } from './search'

export async function generateMetadata() {
  return { title: (await getTranslations('requests'))('title') }
}

const heads = ['type', 'person', 'status', 'due', 'received', 'clinic'] as const

export default async function RequestsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('consents:read')
  const t = await getTranslations('requests')
  const state = search.parse(await searchParams)
  return (
    <WithRegisters principal={principal} title={t('title')}>
      {async () => (
        <>
          <PageHeader
            title={t('title')}
            actions={
              principal.role === 'clinic_admin' && (
                <LinkButton href="/requests/new" primary>
                  {t('new')}
                </LinkButton>
              )
            }
          />
          <Filters state={state} names={principal.role === 'clinic_admin'} />
          <Section waitKey={search.href(state)} fallback={<Skeleton columns={heads.map((id) => t(id))} />}>
            <Inbox principal={principal} state={state} />
          </Section>
        </>
      )}
    </WithRegisters>
  )
}

async function Filters({ state, names }: { state: State; names: boolean }) {
  const t = await getTranslations('requests')
  const chips: Chip[] = [
    ...(state.q ? [{ label: t('searchLabel'), value: state.q, href: search.href(state, { q: null }) }] : []),
    ...(state.state
      ? [
          {
            label: t('state'),
            value: t(`states.${state.state}`),
            href: search.href(state, { state: null }),
          },
        ]
      : []),
    ...state.type.map((type) => ({
      label: t('type'),
      value: t(`types.${type}`),
      href: search.href(state, { type: state.type.filter((each) => each !== type) }),
    })),
  ]
  return (
    <FilterBar
      path={search.path}
      kept={search.kept(state, ['q', 'type', 'state'])}
      chips={chips}
      clearHref={search.path}
      fields={[
        { kind: 'search', name: 'q', value: state.q, label: t(names ? 'search' : 'searchById') },
        {
          kind: 'one',
          name: 'state',
          value: state.state,
          label: t('state'),
          options: (['open', 'overdue', 'closed'] as const).map((value) => ({
            value,
            label: t(`states.${value}`),
          })),
        },
        {
          kind: 'many',
          name: 'type',
          value: state.type,
          label: t('type'),
          options: requestTypes.map((value) => ({ value, label: t(`types.${value}`) })),
        },
      ]}
    />
  )
}

async function Inbox({ principal, state }: { principal: Principal; state: State }) {
  const t = await getTranslations('requests')
  const locale = await getLocale()
  const { value, error } = await attempt(() => readInbox(principal, state))
  if (error) return <Unread error={error} />
  const last = value.rows.at(-1)
  if (!last) {
    return filtersInUse(state).length > 0 || state.after ? (
      <FilteredAway clearHref={search.path}>{t('filteredAway')}</FilteredAway>
    ) : (
      <Empty title={t('emptyTitle')}>{t('emptyBody')}</Empty>
    )
  }
  const columns: readonly Column<RequestRow>[] = [
    {
      id: 'type',
      head: t('type'),
      cell: (row) => <span className="block max-w-[24ch]">{t(`types.${row.type}`)}</span>,
    },
    {
      id: 'person',
      head: t('person'),
      cell: (row) =>
        row.patientId ? (
          <span className="whitespace-nowrap">
            <code>{row.recordNumber ?? row.patientId.slice(0, 8)}</code> {row.patientName}
          </span>
        ) : (
          <span className="text-muted">{t('unknownPerson')}</span>
        ),
    },
    {
      id: 'status',
      head: t('status'),
      always: true,
      cell: (row) => <Status of="request" value={row.overdue ? 'overdue' : row.status} look="pill" />,
    },
    {
      id: 'due',
      head: t('due'),
      cell: (row) => (
        <span className="whitespace-nowrap">
          {day(row.lastDay, locale, row.timeZone)}
          {row.closedAt === null && (
            <span className={`text-meta ml-1.5 ${row.overdue ? 'text-bad' : 'text-muted'}`}>
              {row.overdue ? t('late', { days: -row.daysLeft }) : t('left', { days: row.daysLeft })}
            </span>
          )}
        </span>
      ),
    },
    { id: 'received', head: t('received'), cell: (row) => <Time at={row.receivedAt} /> },
    {
      id: 'clinic',
      head: t('clinic'),
      cell: (row) => <span className="whitespace-nowrap">{row.clinicName}</span>,
    },
  ]
  return (
    <>
      {value.overdue > 0 ? (
        <Alarm>{t('factsOverdue', { open: value.open, overdue: value.overdue })}</Alarm>
      ) : (
        <p className="text-muted mb-2">{t('facts', { open: value.open })}</p>
      )}
      <DataTable
        caption={t('caption')}
        columns={columns}
        rows={value.rows}
        rowKey={(row) => row.id}
        rowHref={(row) => `/requests/${row.id}`}
      />
      <Pager
        kind="keyset"
        first={state.after ? search.href(state, { after: null }) : null}
        next={
          value.more ? search.href(state, { after: cursorText({ at: last.receivedAt, id: last.id }) }) : null
        }
      >
        {t('rows', { shown: value.rows.length })}
        {value.more && ` · ${t('more')}`}
      </Pager>
    </>
  )
}
