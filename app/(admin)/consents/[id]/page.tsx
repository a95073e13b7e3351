import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { PageHeader, Section } from '@/components/page'
import { isDay } from '@/lib/audit/filter'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, oneOf, text, type SearchParams } from '@/lib/url/search'
import { search as auditSearch } from '../../audit/search'
import { Evidence } from '../evidence'
import { ConsentFacts } from '../facts'
import { nameOf, WithConsent } from '../frame'
import { History } from '../history'
import type { ConsentRead } from '../read'
import { StateOn } from '../state-on'
import { ConsentStatus } from '../status'
import { Term } from '../term'

const noted = ['granted', 'refused', 'withdrawn', 'after-end', 'repeated', 'proposed'] as const
const search = defineSearch('/consents', { on: text, noted: oneOf(...noted) })

export async function generateMetadata() {
  return { title: (await getTranslations('consents'))('title') }
}

export default async function ConsentPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const principal = await requirePrincipal('consents:read')
  const { id } = await params
  const t = await getTranslations('consents')
  const d = await getTranslations('consents.detail')
  const e = await getTranslations('consents.evidence')
  const state = search.parse(await searchParams)
  const day = isDay(state.on) ? state.on : null
  const writes = may(principal, 'consents:write')
  const records = writes && principal.role === 'clinic_admin'
  return (
    <WithConsent principal={principal} id={id} day={day}>
      {(read) => (
        <>
          <PageHeader
            title={nameOf(read)}
            crumbs={[{ href: '/consents', label: t('title') }]}
            status={<ConsentStatus status={read.consent.status} reason={read.consent.reason} withReason />}
            facts={read.consent.clinicName}
            actions={<Actions read={read} writes={writes} records={records} />}
          />
          {state.noted && (
            <p role="status" className="border-line rounded-card bg-panel mb-4 border px-4 py-3">
              <span className="text-ok" aria-hidden="true">
                ✓{' '}
              </span>
              {t(`messages.${state.noted === 'after-end' ? 'withdrawnAfterEnd' : state.noted}`)}
            </p>
          )}
          <Warnings read={read} />
          <div className="grid items-start gap-x-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <div className="min-w-0">
              <Section title={d('timeline')}>
                <History events={read.events} people={read.people} zone={read.consent.timeZone} />
              </Section>
              <Term consent={read.consent} />
            </div>
            <div className="min-w-0">
              <Section title={d('stateOn')} card>
                <StateOn consent={read.consent} day={day} instant={read.instant} />
              </Section>
              <Section title={e('title')} card>
                <Evidence principal={principal} consent={read.consent} />
              </Section>
              <Section
                title={d('facts')}
                card
                actions={
                  may(principal, 'audit:read') &&
                  principal.role !== 'viewer' && (
                    <a
                      className="link text-meta no-print"
                      href={auditSearch.href(auditSearch.parse({}), {
                        table: ['public.consent_records'],
                        row: read.consent.id,
                      })}
                    >
                      {d('auditOf')}
                    </a>
                  )
                }
              >
                <ConsentFacts consent={read.consent} people={read.people} />
              </Section>
            </div>
          </div>
        </>
      )}
    </WithConsent>
  )
}

async function Actions({ read, writes, records }: { read: ConsentRead; writes: boolean; records: boolean }) {
  const d = await getTranslations('consents.detail')
  const c = await getTranslations('consents.form')
  const { consent } = read
  const form = `/consents/new?patient=${consent.patientId}&purpose=${consent.activityId}`
  return (
    <>
      <LinkButton href={`/consents/${consent.id}/proof`}>{d('print')}</LinkButton>
      {consent.status === 'granted' && writes && (
        <LinkButton href={`/consents/${consent.id}/withdraw`} danger>
          {d('withdraw')}
        </LinkButton>
      )}
      {consent.status === 'pending' && records && (
        <LinkButton href={form} primary>
          {c('submit')}
        </LinkButton>
      )}
      {(consent.status === 'withdrawn' || consent.status === 'expired') && records && (
        <LinkButton href={form}>{d('recordAgain')}</LinkButton>
      )}
    </>
  )
}

async function Warnings({ read }: { read: ConsentRead }) {
  const d = await getTranslations('consents.detail')
  const { consent } = read
  const periodOver = consent.storedStatus === 'granted' && consent.status === 'expired'
  return (
    <>
      {periodOver && (
        <p className="border-warn bg-warn-bg rounded-card mb-4 border px-4 py-3">{d('periodOver')}</p>
      )}
      {consent.recordedLate && (
        <p className="border-line bg-info-bg rounded-card mb-4 border px-4 py-3">
          <span className="text-info font-medium">{d('late')}.</span> {d('lateBody')}
        </p>
      )}
    </>
  )
}
