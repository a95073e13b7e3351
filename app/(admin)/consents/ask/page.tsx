import { randomUUID } from 'node:crypto'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { LinkButton } from '@/components/button'
import { PageHeader, Section } from '@/components/page'
import { CannotLook } from '@/components/states'
import { asksConsent } from '@/lib/consents/types'
import { devices, signerOf } from '@/lib/consents/sittings'
import type { Principal } from '@/lib/db/scope'
import { day } from '@/lib/format/format'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, text, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { Missing, setFor, whatIsMissing } from '../../audit/missing'
import { Ticks } from '../../incidents/ticks'
import { Unread } from '../../requests/frame'
import { askForConsent } from '../actions'
import { Choice, Radios } from '../fields'
import { FindPatient } from '../find-patient'
import { readAsk } from '../read'
import { sittingNeeds } from '../sitting-needs'
import { OneTimeLink } from './link-once'
import { Sittings } from './sittings'

const search = defineSearch('/consents/ask', { q: text, patient: text })

export async function generateMetadata() {
  return { title: (await getTranslations('consents.ask'))('title') }
}

/** Several purposes in one sitting, each signed by itself, on this device or by a link on the patient's own. */
export default async function AskPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('consents:write')
  const c = await getTranslations('consents')
  const t = await getTranslations('consents.ask')
  const f = await getTranslations('consents.form')
  const state = search.parse(await searchParams)
  const header = (
    <PageHeader title={t('title')} facts={t('lead')} crumbs={[{ href: '/consents', label: c('title') }]} />
  )
  const missing = await whatIsMissing(principal.database, sittingNeeds)
  if (missing.what.length > 0)
    return (
      <>
        {header}
        <Missing
          kind="consents"
          database={principal.database}
          what={missing.what}
          set={setFor(missing.what)}
        />
      </>
    )
  if (principal.role !== 'clinic_admin')
    return (
      <>
        {header}
        <CannotLook title={f('notYours')} cause={f('notYoursBody')} />
      </>
    )
  return (
    <>
      {header}
      {state.patient ? (
        <AskForm principal={principal} patient={state.patient} />
      ) : (
        <>
          <FindPatient
            principal={principal}
            q={state.q}
            path={search.path}
            hrefOf={(patient) => search.href(search.parse({}), { patient })}
          />
          <Section title={t('sittings')} className="mt-8">
            <Sittings principal={principal} />
          </Section>
        </>
      )}
    </>
  )
}

async function AskForm({ principal, patient: id }: { principal: Principal; patient: string }) {
  const t = await getTranslations('consents.ask')
  const c = await getTranslations('consents')
  const f = await getTranslations('consents.form')
  const s = await getTranslations('shell.form')
  const locale = await getLocale()
  const { value, error } = await attempt(() => readAsk(principal, id))
  if (error) return <Unread error={error} />
  if (!value) notFound()
  const { patient, choices, representatives } = value
  const askable = choices.filter(
    (each) => asksConsent(each.basis, each.code) && (each.termId ?? each.pendingId),
  )
  const asked = askable.filter((each) => each.pendingId || !each.refusedUntil)
  const refused = askable.filter((each) => !asked.includes(each))
  const signer = signerOf(patient)
  return (
    <div className="max-w-[80ch]">
      <p className="mb-5">
        <code>{patient.recordNumber}</code> <span className="font-medium">{patient.name}</span>{' '}
        <span className="text-muted">{patient.clinicName}</span>
      </p>
      {refused.length > 0 && (
        <ul className="text-muted mb-5 space-y-1">
          {refused.map((each) => (
            <li key={each.activityId}>
              <span aria-hidden="true">⊘ </span>
              {t('refused', { purpose: each.title, date: day(each.refusedUntil ?? '', locale, 'UTC') })}
            </li>
          ))}
        </ul>
      )}
      {patient.deceased ? (
        <p>{f('deceased')}</p>
      ) : asked.length === 0 ? (
        <p>{t('none')}</p>
      ) : (
        <ActionForm
          action={askForConsent}
          submit={t('submit')}
          working={s('working')}
          values={{ patient: patient.id, capture: randomUUID() }}
          aside={<LinkButton href="/consents">{f('cancel')}</LinkButton>}
          className="space-y-5"
        >
          <Ticks
            name="activity"
            label={t('purposes')}
            options={asked.map((each) => ({
              value: each.activityId,
              label: each.title,
              ...(each.pendingId ? { note: t('pending') } : each.grantedId ? { note: t('granted') } : {}),
            }))}
          />
          {signer !== 'patient' && (
            <Choice
              name="representative"
              label={t('representative')}
              pick={f('pick')}
              hint={representatives.length === 0 ? t('noRepresentative') : undefined}
              options={representatives.map(({ id: value, name, relation }) => ({
                value,
                label: `${name} (${c(`relations.${relation}` as 'relations.mother')})`,
              }))}
            />
          )}
          <Radios
            name="device"
            label={t('device')}
            options={devices.map((value) => ({ value, label: t(`devices.${value}`) }))}
          />
          <OneTimeLink
            words={{
              title: t('linkTitle'),
              note: t('linkNote'),
              copy: t('copy'),
              copied: t('copied'),
              qr: t('qr'),
            }}
          />
        </ActionForm>
      )}
    </div>
  )
}
