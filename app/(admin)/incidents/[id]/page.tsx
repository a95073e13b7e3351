import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { KeyValues, PageHeader, Section } from '@/components/page'
import { Status } from '@/components/status'
import { env } from '@/lib/env'
import { day, exact } from '@/lib/format/format'
import { criteria, steps, type Incident } from '@/lib/incidents/incidents'
import { unseal } from '@/lib/incidents/seal'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, oneOf, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { Choice } from '../../consents/fields'
import { Alarm, Noted, Unread, WithRegisters } from '../../requests/frame'
import { stepIncident } from '../actions'
import { readIncident } from '../read'

const search = defineSearch('/incidents', { noted: oneOf('reported', 'stepped') })

export async function generateMetadata() {
  return { title: (await getTranslations('incidents.detail'))('incident') }
}

/** One incident: its clock, who was told, and the next step. */
export default async function IncidentPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const principal = await requirePrincipal('consents:read')
  const { id } = await params
  const t = await getTranslations('incidents')
  const d = await getTranslations('incidents.detail')
  const state = search.parse(await searchParams)
  return (
    <WithRegisters principal={principal} title={t('title')}>
      {async () => {
        const { value: incident, error } = await attempt(() => readIncident(principal, id))
        if (error) return <Unread error={error} />
        if (!incident) notFound()
        const text = unseal(incident.description, env().secret)
        return (
          <>
            <PageHeader
              title={incident.title}
              crumbs={[{ href: '/incidents', label: t('title') }]}
              status={
                <Status
                  of="incident"
                  value={incident.overdue ? 'overdue' : (incident.status as 'open')}
                  look="pill"
                />
              }
              facts={incident.clinicName}
            />
            {state.noted && <Noted>{t(`messages.${state.noted}`)}</Noted>}
            {incident.overdue && <Alarm>{d('overdue')}</Alarm>}
            <div className="grid items-start gap-x-6 lg:grid-cols-2">
              <Section title={d('facts')} card>
                <Facts incident={incident} />
              </Section>
              <div>
                <Section title={d('description')} card>
                  {text === null ? (
                    <p className="text-muted">{d('sealed')}</p>
                  ) : (
                    <p className="whitespace-pre-line">{text}</p>
                  )}
                  {incident.rootCause && (
                    <>
                      <h3 className="mt-3 font-semibold">{d('cause')}</h3>
                      <p className="whitespace-pre-line">{incident.rootCause}</p>
                    </>
                  )}
                </Section>
                {incident.closedAt === null && may(principal, 'consents:write') && (
                  <Steps incident={incident} />
                )}
              </div>
            </div>
          </>
        )
      }}
    </WithRegisters>
  )
}

async function Facts({ incident }: { incident: Incident }) {
  const t = await getTranslations('incidents')
  const d = await getTranslations('incidents.detail')
  const locale = await getLocale()
  const at = (instant: string) => exact(new Date(instant), locale, incident.timeZone)
  const word = (code: string) => {
    const known = criteria.find((each) => each === code)
    return known ? t(`criteria.${known}`) : code
  }
  return (
    <KeyValues
      items={[
        [t('kind'), t(`kinds.${incident.kind}`)],
        [t('severity'), t(`severities.${incident.severity}`)],
        [d('known'), at(incident.knownAt)],
        incident.occurredAt !== null && [d('occurred'), at(incident.occurredAt)],
        [d('authority'), t(`authorities.${incident.authority}` as 'authorities.ANPD')],
        incident.lastDay !== null && [
          d('lastDay'),
          <span key="due">
            <span className={incident.overdue ? 'text-bad font-medium' : 'font-medium'}>
              {day(incident.lastDay, locale, incident.timeZone)}
            </span>
            <span className="text-muted text-meta block">{d('rule')}</span>
          </span>,
        ],
        incident.criteria.length > 0 && [d('criteria'), incident.criteria.map(word).join(', ')],
        incident.notNotifiedReason !== null && [d('notNotified'), incident.notNotifiedReason],
        incident.subjects !== null && [d('subjects'), incident.subjects],
        incident.authoritySentAt !== null && [d('authoritySent'), at(incident.authoritySentAt)],
        incident.protocol !== null && [d('protocol'), incident.protocol],
        incident.subjectsSentAt !== null && [d('subjectsSent'), at(incident.subjectsSentAt)],
        incident.closedAt !== null && [d('closed'), at(incident.closedAt)],
      ]}
    />
  )
}

async function Steps({ incident }: { incident: Incident }) {
  const t = await getTranslations('incidents')
  const d = await getTranslations('incidents.detail')
  const s = await getTranslations('shell.form')
  return (
    <Section title={d('steps')} card>
      <ActionForm
        action={stepIncident}
        submit={d('save')}
        working={s('working')}
        values={{ id: incident.id }}
        className="space-y-4"
      >
        <Choice
          name="step"
          label={d('step')}
          pick={t('form.pick')}
          options={steps.map((value) => ({ value, label: t(`steps.${value}`) }))}
        />
        <Field name="text" kind="textarea" label={d('text')} hint={d('textHint')} maxLength={2000} />
      </ActionForm>
    </Section>
  )
}
