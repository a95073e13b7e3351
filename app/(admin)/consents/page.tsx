import { getLocale, getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { DataTable } from '@/components/data-table'
import { PageHeader, Section } from '@/components/page'
import { Pager } from '@/components/pager'
import { Empty, FilteredAway, Skeleton } from '@/components/states'
import { exportLimit } from '@/lib/consents/export'
import { consentNeeds } from '@/lib/consents/needs'
import { countCap, listClinics, listPurposes, type ConsentRow } from '@/lib/consents/queries'
import { cursorText } from '@/lib/db/keyset'
import { readRecords, type Principal } from '@/lib/db/scope'
import { count } from '@/lib/format/format'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { attempt } from '../audit/attempt'
import { Missing, NotKnown, setFor, whatIsMissing } from '../audit/missing'
import { ExportStops } from '../export-stops'
import { Filters } from './filters'
import { columnIds, columns } from './list'
import { OtherPurposes } from './purposes'
import { readList } from './read'
import { filtersInUse, search, type State } from './search'
import { ConsentTabs } from './tabs'
import { Unread } from '../requests/frame'

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
        <Missing
          kind="consents"
          database={principal.database}
          what={missing.what}
          set={setFor(missing.what)}
        />
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
              <>
                <LinkButton href="/consents/new">{t('record')}</LinkButton>
                <LinkButton href="/consents/ask" primary>
                  {t('askLink')}
                </LinkButton>
              </>
            )}
          </>
        }
      />
      <ConsentTabs />
      <NotKnown kind="consents" error={missing.error} />
      <Filters
        state={state}
        purposes={purposes}
        clinics={clinics.length}
        names={principal.role === 'clinic_admin'}
      />
      <Section waitKey={search.href(state)} fallback={<Skeleton columns={columnIds.map((id) => t(id))} />}>
        <Consents principal={principal} state={state} clinics={clinics.length} />
      </Section>
      {known.error ? <Unread error={known.error} /> : <OtherPurposes purposes={purposes} />}
    </>
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
  if (error) return <Unread error={error} />
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
      {may(principal, 'export') && <ExportStops total={total} limit={exportLimit} />}
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
