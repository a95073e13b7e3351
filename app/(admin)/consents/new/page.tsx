import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import type { Route } from 'next'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { PageHeader } from '@/components/page'
import { CannotLook } from '@/components/states'
import { Status } from '@/components/status'
import type { Choice, Patient } from '@/lib/consents/choices'
import { consentNeeds } from '@/lib/consents/needs'
import { ageOn, asksConsent, basisWords, signerFor } from '@/lib/consents/types'
import { say } from '@/lib/i18n/locale'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, text, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { Missing, setFor, whatIsMissing } from '../../audit/missing'
import { FindPatient } from '../find-patient'
import { NotAsked } from '../purposes'
import { readForm } from '../read'
import { DecisionForm } from './decision-form'
import { Unread } from '../../requests/frame'

const search = defineSearch('/consents/new', { q: text, patient: text, purpose: text })

export async function generateMetadata() {
  return { title: (await getTranslations('consents.form'))('title') }
}

/** Patient, purpose, term, decision: each step is an address, and nothing is decided before the term was shown. */
export default async function RecordConsentPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('consents:write')
  const c = await getTranslations('consents')
  const t = await getTranslations('consents.form')
  const state = search.parse(await searchParams)
  const header = (
    <PageHeader title={t('title')} facts={t('lead')} crumbs={[{ href: '/consents', label: c('title') }]} />
  )
  const missing = await whatIsMissing(principal.database, consentNeeds)
  if (missing.what.length > 0) {
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
  }
  if (principal.role !== 'clinic_admin') {
    return (
      <>
        {header}
        <CannotLook title={t('notYours')} cause={t('notYoursBody')} />
      </>
    )
  }
  if (!state.patient) {
    return (
      <>
        {header}
        <FindPatient
          principal={principal}
          q={state.q}
          path={search.path}
          hrefOf={(patient) => search.href(search.parse({}), { patient })}
        />
      </>
    )
  }
  const { value, error } = await attempt(() => readForm(principal, state.patient, state.purpose))
  if (error) {
    return (
      <>
        {header}
        <Unread error={error} />
      </>
    )
  }
  if (!value) notFound()
  const { patient, choices, chosen, term, representatives } = value
  const usable = chosen && term && asksConsent(chosen.basis, chosen.code) && !patient.deceased
  return (
    <>
      {header}
      <div className="flex max-w-[80ch] flex-col gap-6">
        <ChosenPatient patient={patient} />
        {!patient.deceased && (
          <PurposeStep
            choices={choices}
            chosen={chosen}
            hrefOf={(purpose) => search.href(search.parse({}), { patient: patient.id, purpose })}
          />
        )}
        {usable && (
          <DecisionForm
            patient={patient}
            choice={chosen}
            term={term}
            representatives={representatives}
            capture={randomUUID()}
          />
        )}
      </div>
    </>
  )
}

async function ChosenPatient({ patient }: { patient: Patient }) {
  const t = await getTranslations('consents.form')
  const c = await getTranslations('consents')
  const age = ageOn(patient.birthDate, patient.today)
  const signer = signerFor(age, patient.capacity)
  return (
    <section>
      <h2 className="mb-1 font-semibold">1. {t('stepPatient')}</h2>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <code>{patient.recordNumber}</code>
        <span className="font-medium">{patient.name}</span>
        <span className="text-muted">{patient.clinicName}</span>
        <Link className="link" href={search.path as Route} prefetch={false}>
          {t('change')}
        </Link>
      </p>
      <p className="text-muted mt-1">
        {patient.deceased
          ? t('deceased')
          : signer === 'patient'
            ? t('adult', { age })
            : t('minor', { age, signer: c(`signers.${signer}`).toLocaleLowerCase() })}
      </p>
    </section>
  )
}

async function PurposeStep({
  choices,
  chosen,
  hrefOf,
}: {
  choices: readonly Choice[]
  chosen: Choice | null
  hrefOf: (activity: string) => string
}) {
  const t = await getTranslations('consents.form')
  const c = await getTranslations('consents')
  const locale = await getLocale()
  const line = 'flex min-h-10 flex-wrap items-center justify-between gap-x-4 px-4 py-1.5'
  if (chosen) {
    return (
      <section>
        <h2 className="mb-1 font-semibold">2. {t('stepPurpose')}</h2>
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-medium">{chosen.title}</span>
          <span className="text-muted">{say(basisWords(chosen.basis), locale)}</span>
          <Link className="link" href={hrefOf('') as Route} prefetch={false}>
            {t('change')}
          </Link>
        </p>
        {chosen.grantedId && <p className="text-info mt-1">{t('alreadyGranted')}</p>}
        {chosen.pendingId && <p className="text-info mt-1">{t('alreadyPending')}</p>}
      </section>
    )
  }
  return (
    <section>
      <h2 className="mb-2 font-semibold">2. {t('stepPurpose')}</h2>
      <ul className="border-line rounded-card bg-panel border">
        {askedFirst(choices).map((choice) => {
          const asked = asksConsent(choice.basis, choice.code)
          const open = asked && (choice.termId ?? choice.pendingId) !== null
          const right = !asked ? (
            <NotAsked words={c('doesNotRest')} basis={say(basisWords(choice.basis), locale)} />
          ) : choice.pendingId ? (
            <Status of="consent" value="pending" look="pill" />
          ) : choice.grantedId ? (
            <Status of="consent" value="granted" look="pill" />
          ) : (
            !open && <span className="text-muted text-meta">{t('noTerm')}</span>
          )
          return (
            <li key={choice.activityId} className="border-line border-b last:border-b-0">
              {open ? (
                <Link
                  href={hrefOf(choice.activityId) as Route}
                  prefetch={false}
                  className={`${line} hover:bg-sunken`}
                >
                  <span className="font-medium">{choice.title}</span>
                  {right}
                </Link>
              ) : (
                <p className={`${line} text-muted`}>
                  <span>{choice.title}</span>
                  {right}
                </p>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

const asks = (choice: Choice) => asksConsent(choice.basis, choice.code)

const askedFirst = (choices: readonly Choice[]): readonly Choice[] => [
  ...choices.filter(asks),
  ...choices.filter((choice) => !asks(choice)),
]
