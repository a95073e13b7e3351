import { getLocale, getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { DataTable, type Column } from '@/components/data-table'
import { ColumnChooser, FilterBar, type Chip, type Field } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { Pager } from '@/components/pager'
import { CannotLook, Empty, FilteredAway, Skeleton } from '@/components/states'
import { Time } from '@/components/time'
import { consentNeeds } from '@/lib/consents/needs'
import { countCap, listClinics, listPurposes, type ConsentRow, type Purpose } from '@/lib/consents/queries'
import { asksConsent, shownStatuses } from '@/lib/consents/types'
import { cursorText } from '@/lib/db/keyset'
import { readRecords, type Principal } from '@/lib/db/scope'
import { count, day } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { attempt } from '../audit/attempt'
import { Missing, NotKnown, whatIsMissing } from '../audit/missing'
import { OtherPurposes } from './purposes'
import { readList } from './read'
import { filtersInUse, search, type State } from './search'
import { ConsentStatus } from './status'

export async function generateMetadata() {
  return { title: (await getTranslations('consents'))('title') }
}

export default async function ConsentsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('consents:read')
  const t = await getTranslations('consents')
  const locale = await getLocale()
  const state = search.parse(await searchParams)
  const missing = await whatIsMissing(principal.database, consentNeeds)
  if (missing.what.length > 0) {
    return (
      <>
        <PageHeader title={t('title')} />
        <Missing kind="consents" database={principal.database} what={missing.what} set="reference" />
      </>
    )
  }
  const known = await attempt(() =>
    readRecords(principal, async (tx) => ({
      purposes: await listPurposes(tx),
      clinics: await listClinics(tx),
    })),
  )
  const purposes = known.value?.purposes ?? []
  const clinics = known.value?.clinics ?? []
  const names = new Intl.ListFormat(locale, { type: 'conjunction' }).format(
    clinics.map((clinic) => clinic.name),
  )
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={names || undefined}
        actions={
          <>
            {may(principal, 'export') && (
              <LinkButton
                href={`/export/consents${search.query({ ...state, after: null, before: null })}`}
                download
              >
                {t('export')}
              </LinkButton>
            )}
            {principal.role === 'clinic_admin' && may(principal, 'consents:write') && (
              <LinkButton href="/consents/new" primary>
                {t('record')}
              </LinkButton>
            )}
          </>
        }
      />
      <NotKnown kind="consents" error={missing.error} />
      <Filters state={state} purposes={purposes} clinics={clinics.length} />
      <Section waitKey={search.href(state)} fallback={<Skeleton columns={columnIds.map((id) => t(id))} />}>
        <Consents principal={principal} state={state} clinics={clinics.length} />
      </Section>
      {known.error ? (
        <CannotLook cause={say(known.error.sentence, locale)} />
      ) : (
        <OtherPurposes purposes={purposes} />
      )}
    </>
  )
}

const columnIds = ['patient', 'purpose', 'status', 'clinic', 'validUntil', 'method', 'changed'] as const

async function Filters({
  state,
  purposes,
  clinics,
}: {
  state: State
  purposes: readonly Purpose[]
  clinics: number
}) {
  const t = await getTranslations('consents')
  const s = await getTranslations('status.consent')
  const titles = new Map(purposes.map((purpose) => [purpose.code, purpose.title]))
  const fields: Field[] = [
    { kind: 'search', name: 'q', value: state.q, label: t('search') },
    {
      kind: 'many',
      name: 'purpose',
      value: state.purpose,
      label: t('purpose'),
      options: purposes
        .filter((purpose) => asksConsent(purpose.basis, purpose.code))
        .map((purpose) => ({ value: purpose.code, label: purpose.title })),
    },
    {
      kind: 'many',
      name: 'status',
      value: state.status,
      label: t('status'),
      options: shownStatuses.map((status) => ({ value: status, label: s(status) })),
    },
    {
      kind: 'one',
      name: 'expiring',
      value: state.expiring,
      label: t('expiring'),
      options: ['30', '60', '90'].map((days) => ({ value: days, label: t('days', { count: days }) })),
    },
  ]
  const chips: Chip[] = [
    ...(state.q ? [{ label: t('searchLabel'), value: state.q, href: search.href(state, { q: null }) }] : []),
    ...state.purpose.map((code) => ({
      label: t('purpose'),
      value: titles.get(code) ?? code,
      href: search.href(state, { purpose: state.purpose.filter((other) => other !== code) }),
    })),
    ...state.status.map((status) => ({
      label: t('status'),
      value: s(status),
      href: search.href(state, { status: state.status.filter((other) => other !== status) }),
    })),
    ...(state.expiring
      ? [
          {
            label: t('expiring'),
            value: t('days', { count: state.expiring }),
            href: search.href(state, { expiring: null }),
          },
        ]
      : []),
  ]
  return (
    <FilterBar
      path={search.path}
      fields={fields}
      kept={search.kept(state, ['q', 'purpose', 'status', 'expiring'])}
      chips={chips}
      clearHref={search.href(search.parse({}), { hide: state.hide })}
    >
      <ColumnChooser
        columns={columnIds
          .filter((id) => id !== 'clinic' || clinics > 1)
          .map((id) => ({ id, head: t(id), always: id === 'status' }))}
        hidden={state.hide}
        href={(hide) => search.href(state, { hide })}
      />
    </FilterBar>
  )
}

async function Consents({
  principal,
  state,
  clinics,
}: {
  principal: Principal
  state: State
  clinics: number
}) {
  const t = await getTranslations('consents')
  const locale = await getLocale()
  const { value, error } = await attempt(() => readList(principal, state))
  if (error) return <CannotLook cause={say(error.sentence, locale)} />
  const { page, total } = value
  const [first] = page.rows
  const last = page.rows.at(-1)
  const clear = search.href(search.parse({}), { hide: state.hide })
  if (!first || !last) {
    if (filtersInUse(state).length > 0 || state.after || state.before) {
      return <FilteredAway clearHref={clear}>{t('filteredAway')}</FilteredAway>
    }
    return (
      <Empty
        title={t('emptyTitle')}
        {...(principal.role === 'clinic_admin'
          ? { action: { href: '/consents/new', label: t('record') } }
          : {})}
      >
        {t('emptyBody')}
      </Empty>
    )
  }
  const shown = count(page.rows.length, locale)
  const pager = (
    <Pager
      kind="keyset"
      first={page.newer ? search.href(state, { after: null, before: null }) : null}
      previous={page.newer ? search.href(state, { before: at(first), after: null }) : null}
      next={page.older ? search.href(state, { after: at(last), before: null }) : null}
    >
      {total > countCap
        ? t('rowsOfMany', { shown, total: count(countCap, locale) })
        : t('rowsOf', { shown, total: count(total, locale) })}
      {page.older && ` · ${t('moreBelow')}`}
    </Pager>
  )
  const hidden = clinics > 1 ? state.hide : [...state.hide, 'clinic']
  return (
    <>
      {pager}
      <DataTable
        caption={t('caption')}
        columns={columns(t, locale)}
        rows={page.rows}
        rowKey={(row) => row.id}
        rowHref={(row) => `/consents/${row.id}`}
        hidden={hidden}
      />
      {pager}
    </>
  )
}

const at = (row: ConsentRow) => cursorText({ at: row.changedAt, id: row.id })

function columns(
  t: Awaited<ReturnType<typeof getTranslations<'consents'>>>,
  locale: string,
): readonly Column<ConsentRow>[] {
  return [
    { id: 'patient', head: t('patient'), cell: (row) => <Who row={row} /> },
    {
      id: 'purpose',
      head: t('purpose'),
      cell: (row) => <span className="whitespace-nowrap">{row.purposeTitle}</span>,
    },
    {
      id: 'status',
      head: t('status'),
      always: true,
      cell: (row) => <ConsentStatus status={row.status} reason={row.reason} />,
    },
    {
      id: 'clinic',
      head: t('clinic'),
      cell: (row) => <span className="whitespace-nowrap">{row.clinicName}</span>,
    },
    {
      id: 'validUntil',
      head: t('validUntil'),
      cell: (row) =>
        row.status === 'granted' && row.validUntil ? (
          <span className="whitespace-nowrap">
            {day(row.validUntil, locale, row.timeZone)}
            {row.daysLeft !== null && row.daysLeft <= 30 && (
              <span className="text-warn text-meta ml-1.5">{t('left', { days: row.daysLeft })}</span>
            )}
          </span>
        ) : (
          <span className="text-muted">—</span>
        ),
    },
    {
      id: 'method',
      head: t('method'),
      cell: (row) =>
        row.collectionMethod ? (
          t(`methodsShort.${row.collectionMethod}` as 'methodsShort.portal')
        ) : (
          <span className="text-muted">—</span>
        ),
    },
    { id: 'changed', head: t('changed'), cell: (row) => <Time at={row.changedAt} /> },
  ]
}

/** The record number and, where this reader may see it, the name; else the beginning of the patient's id. */
function Who({ row }: { row: ConsentRow }) {
  return (
    <span className="whitespace-nowrap">
      <code>{row.recordNumber ?? row.patientId.slice(0, 8)}</code>
      {row.patientName && <span className="ml-2">{row.patientName}</span>}
    </span>
  )
}
