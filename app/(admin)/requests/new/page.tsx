import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { LinkButton } from '@/components/button'
import { PageHeader } from '@/components/page'
import { requestChannels, requestTypes } from '@/lib/requests/types'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, text, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { Choice, LocalTime } from '../../consents/fields'
import { FindPatient } from '../../consents/find-patient'
import { readPatient } from '../../consents/read'
import { Unread, WithRegisters } from '../frame'
import { receiveRequest } from '../actions'

const search = defineSearch('/requests/new', { q: text, patient: text })

export async function generateMetadata() {
  return { title: (await getTranslations('requests.form'))('title') }
}

/** Takes a request in: whose, what, by what way and since when. */
export default async function NewRequestPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('consents:write')
  const t = await getTranslations('requests')
  const f = await getTranslations('requests.form')
  const s = await getTranslations('shell.form')
  const state = search.parse(await searchParams)
  const header = (
    <PageHeader title={f('title')} facts={f('lead')} crumbs={[{ href: '/requests', label: t('title') }]} />
  )
  return (
    <WithRegisters principal={principal} title={f('title')}>
      {async () => {
        if (principal.role !== 'clinic_admin')
          return (
            <>
              {header}
              <p className="font-medium">{f('notYours')}</p>
              <p className="text-muted">{f('notYoursBody')}</p>
            </>
          )
        if (!state.patient)
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
        const { value: patient, error } = await attempt(() => readPatient(principal, state.patient))
        if (error) return <Unread error={error} />
        if (!patient) notFound()
        return (
          <>
            {header}
            <h2 className="mb-1 font-semibold">1. {f('stepPatient')}</h2>
            <p className="mb-5">
              <code>{patient.recordNumber}</code> <span className="font-medium">{patient.name}</span>{' '}
              <span className="text-muted">{patient.clinicName}</span>
            </p>
            <h2 className="mb-2 font-semibold">2. {f('stepRequest')}</h2>
            <ActionForm
              action={receiveRequest}
              submit={f('submit')}
              working={s('working')}
              values={{ patient: patient.id }}
              aside={<LinkButton href="/requests">{f('cancel')}</LinkButton>}
              className="space-y-5"
            >
              <Choice
                name="type"
                label={f('type')}
                pick={f('pick')}
                options={requestTypes.map((value) => ({ value, label: t(`types.${value}`) }))}
              />
              <Choice
                name="channel"
                label={f('channel')}
                pick={f('pick')}
                options={requestChannels.map((value) => ({ value, label: t(`channels.${value}`) }))}
              />
              <LocalTime
                name="receivedAt"
                label={f('receivedAt')}
                hint={f('receivedHint', { zone: patient.timeZone })}
              />
            </ActionForm>
          </>
        )
      }}
    </WithRegisters>
  )
}
