import Link from 'next/link'
import type { Route } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { FilterBar } from '@/components/list-controls'
import { Section } from '@/components/page'
import { Pager } from '@/components/pager'
import { FilteredAway } from '@/components/states'
import { Status } from '@/components/status'
import { listRopa, type PurposeRow } from '@/lib/consents/terms'
import { asksConsent, basisWords, shownStatus } from '@/lib/consents/types'
import { readMatrix, type MatrixRow } from '@/lib/consents/work'
import { recordEvent } from '@/lib/audit/record'
import { writeRecords, type Principal } from '@/lib/db/scope'
import { say } from '@/lib/i18n/locale'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, text, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { Unread } from '../../requests/frame'
import { WithWork } from '../with-work'

const search = defineSearch('/consents/matrix', { q: text, after: text })

export async function generateMetadata() {
  return { title: (await getTranslations('consents.matrix'))('title') }
}

/** Patients by purposes: what holds now in each cell; what rests on another basis is grey and leads nowhere. */
export default async function MatrixPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('consents:read')
  const t = await getTranslations('consents.matrix')
  const c = await getTranslations('consents')
  const state = search.parse(await searchParams)
  return (
    <WithWork principal={principal} title={t('title')} lead={t('lead')}>
      {() =>
        principal.role === 'clinic_admin' ? (
          <>
            <FilterBar
              path={search.path}
              kept={[]}
              clearHref={search.path}
              fields={[{ kind: 'search', name: 'q', value: state.q, label: c('search') }]}
              chips={
                state.q
                  ? [
                      {
                        label: c('searchLabel'),
                        value: state.q,
                        href: search.href(state, { q: null, after: null }),
                      },
                    ]
                  : []
              }
            />
            <Section waitKey={search.href(state)}>
              <Matrix principal={principal} q={state.q} after={state.after} />
            </Section>
          </>
        ) : (
          <p className="text-muted">{t('notYours')}</p>
        )
      }
    </WithWork>
  )
}

async function Matrix({ principal, q, after }: { principal: Principal; q: string; after: string }) {
  const t = await getTranslations('consents.matrix')
  const c = await getTranslations('consents')
  const { value, error } = await attempt(() =>
    writeRecords(principal, async (tx) => {
      const purposes = await listRopa(tx)
      const clinic = principal.clinicId ?? principal.clinics[0] ?? ''
      const found = await readMatrix(tx, clinic, q, after)
      await recordEvent(tx, {
        action: 'list',
        table: 'public.consent_records',
        clinic,
        count: found.rows.length,
        fields: ['matrix', ...(q ? ['q'] : [])],
        health: true,
      })
      return {
        ...found,
        purposes: purposes.filter((each) => each.clinicId === clinic && each.status === 'active'),
      }
    }),
  )
  if (error) return <Unread error={error} />
  const last = value.rows.at(-1)
  if (!last) return <FilteredAway clearHref={search.path}>{c('filteredAway')}</FilteredAway>
  const asked = value.purposes.filter((each) => asksConsent(each.basis, each.code))
  const others = value.purposes.filter((each) => !asksConsent(each.basis, each.code))
  return (
    <>
      <Grid rows={value.rows} asked={asked} others={others} />
      <Pager
        kind="offset"
        first={after ? search.href({ q, after }, { after: null }) : null}
        next={value.more ? search.href({ q, after }, { after: last.recordNumber }) : null}
      >
        {t('shown', { count: value.rows.length })}
      </Pager>
    </>
  )
}

async function Grid({
  rows,
  asked,
  others,
}: {
  rows: readonly MatrixRow[]
  asked: readonly PurposeRow[]
  others: readonly PurposeRow[]
}) {
  const t = await getTranslations('consents.matrix')
  const c = await getTranslations('consents')
  const locale = await getLocale()
  return (
    <div
      className="border-line rounded-card bg-panel max-h-[70vh] overflow-auto border"
      role="region"
      aria-label={t('title')}
      tabIndex={0}
    >
      <table className="table">
        <caption className="sr-only">{t('title')}</caption>
        <thead>
          <tr>
            <th scope="col">{c('patient')}</th>
            {asked.map((purpose) => (
              <th key={purpose.id} scope="col" className="max-w-[14ch] whitespace-normal">
                {purpose.title}
              </th>
            ))}
            {others.map((purpose) => (
              <th key={purpose.id} scope="col" className="text-muted max-w-[14ch] whitespace-normal">
                {purpose.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.patientId}>
              <th scope="row" className="font-normal whitespace-nowrap">
                <code>{row.recordNumber}</code> {row.name}
              </th>
              {asked.map((purpose) => {
                const cell = row.cells.find((each) => each.activityId === purpose.id)
                return (
                  <td key={purpose.id}>
                    {cell ? (
                      <Link
                        href={`/consents/${cell.id}` as Route}
                        prefetch={false}
                        className="inline-flex min-h-6 items-baseline gap-1.5 whitespace-nowrap"
                      >
                        <Status of="consent" value={shownStatus(cell.status, cell.reason)} />
                        {cell.daysLeft !== null && cell.daysLeft <= 90 && (
                          <span className="text-muted text-meta">{c('left', { days: cell.daysLeft })}</span>
                        )}
                      </Link>
                    ) : (
                      <span className="text-muted">
                        <span aria-hidden="true">·</span>
                        <span className="sr-only">{t('never')}</span>
                      </span>
                    )}
                  </td>
                )
              })}
              {others.map((purpose) => (
                <td key={purpose.id} className="text-muted text-meta whitespace-nowrap">
                  <span aria-hidden="true">– </span>
                  {say(basisWords(purpose.basis), locale)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
