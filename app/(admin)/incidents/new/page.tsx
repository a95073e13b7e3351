import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { LinkButton } from '@/components/button'
import { PageHeader } from '@/components/page'
import { criteria, incidentKinds, severities } from '@/lib/incidents/incidents'
import { requirePrincipal } from '@/lib/session/principal'
import { attempt } from '../../audit/attempt'
import { Choice, LocalTime, Radios } from '../../consents/fields'
import { Unread, WithRegisters } from '../../requests/frame'
import { reportIncident } from '../actions'
import { Ticks } from '../ticks'
import { readClinics } from '../read'

export async function generateMetadata() {
  return { title: (await getTranslations('incidents.form'))('title') }
}

/** Puts an incident into the register; what it says of people is kept encrypted. */
export default async function NewIncidentPage() {
  const principal = await requirePrincipal('consents:write')
  const t = await getTranslations('incidents')
  const f = await getTranslations('incidents.form')
  const s = await getTranslations('shell.form')
  return (
    <WithRegisters principal={principal} title={f('title')}>
      {async () => {
        const { value: clinics, error } = await attempt(() => readClinics(principal))
        const head = (
          <PageHeader
            title={f('title')}
            facts={f('lead')}
            crumbs={[{ href: '/incidents', label: t('title') }]}
          />
        )
        if (error)
          return (
            <>
              {head}
              <Unread error={error} />
            </>
          )
        return (
          <>
            {head}
            <ActionForm
              action={reportIncident}
              submit={f('submit')}
              working={s('working')}
              aside={<LinkButton href="/incidents">{f('cancel')}</LinkButton>}
              className="space-y-5"
            >
              <Choice
                name="clinic"
                label={f('clinic')}
                pick={f('pick')}
                options={clinics.map(({ id, name }) => ({ value: id, label: name }))}
              />
              <Choice
                name="kind"
                label={t('kind')}
                pick={f('pick')}
                options={incidentKinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
              />
              <Choice
                name="severity"
                label={t('severity')}
                pick={f('pick')}
                options={severities.map((value) => ({ value, label: t(`severities.${value}`) }))}
              />
              <Field name="title" label={f('titleField')} hint={f('titleHint')} maxLength={160} />
              <Field
                name="description"
                kind="textarea"
                label={f('description')}
                hint={f('descriptionHint')}
                rows={5}
                maxLength={8000}
              />
              <LocalTime name="occurredAt" label={f('occurredAt')} hint={f('timeHint')} />
              <LocalTime name="knownAt" label={f('knownAt')} hint={f('timeHint')} />
              <Radios
                name="notifiable"
                label={f('notifiable')}
                options={[
                  { value: 'yes', label: f('yes') },
                  { value: 'no', label: f('no') },
                ]}
              />
              <Ticks
                name="criteria"
                label={f('criteria')}
                options={criteria.map((value) => ({ value, label: t(`criteria.${value}`) }))}
              />
              <Field name="reason" label={f('reason')} maxLength={500} />
              <Field name="subjects" kind="number" label={f('subjects')} />
            </ActionForm>
          </>
        )
      }}
    </WithRegisters>
  )
}
