import { redirect } from 'next/navigation'
import type { Route } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { LinkButton } from '@/components/button'
import { PageHeader, Section } from '@/components/page'
import type { Consent } from '@/lib/consents/detail'
import { effectsOf } from '@/lib/consents/effects'
import { channels } from '@/lib/consents/types'
import type { Sentence } from '@/lib/errors'
import { say } from '@/lib/i18n/locale'
import { requirePrincipal } from '@/lib/session/principal'
import { withdrawConsent } from '../../actions'
import { Choice, LocalTime, Radios } from '../../fields'
import { nameOf, WithConsent } from '../../frame'
import { ConsentStatus } from '../../status'

export async function generateMetadata() {
  return { title: (await getTranslations('consents.withdraw'))('title') }
}

/** What a withdrawal does, before it is done; then by what way it came, and when. Never why. */
export default async function WithdrawPage({ params }: { params: Promise<{ id: string }> }) {
  const principal = await requirePrincipal('consents:write')
  const { id } = await params
  const c = await getTranslations('consents')
  const t = await getTranslations('consents.withdraw')
  return (
    <WithConsent principal={principal} id={id}>
      {(read) => {
        if (read.consent.status !== 'granted') redirect(`/consents/${read.consent.id}` as Route)
        return (
          <div className="max-w-[80ch]">
            <PageHeader
              title={t('title')}
              facts={t('lead')}
              status={<ConsentStatus status={read.consent.status} reason={read.consent.reason} />}
              crumbs={[
                { href: '/consents', label: c('title') },
                { href: `/consents/${read.consent.id}`, label: nameOf(read) },
              ]}
            />
            <EffectsPreview consent={read.consent} />
            <WithdrawForm consent={read.consent} />
          </div>
        )
      }}
    </WithConsent>
  )
}

async function EffectsPreview({ consent }: { consent: Consent }) {
  const t = await getTranslations('consents.withdraw')
  const locale = await getLocale()
  const { atOnce, tasks, stays } = effectsOf(consent.purposeCode)
  const list = (sentences: readonly Sentence[]) => (
    <ul className="list-disc space-y-0.5 pl-5">
      {sentences.map((sentence) => (
        <li key={sentence.en}>{say(sentence, locale)}</li>
      ))}
    </ul>
  )
  return (
    <Section card>
      <h2 className="mb-1 font-semibold">{t('atOnce')}</h2>
      {list(atOnce)}
      <h2 className="mt-3 mb-1 font-semibold">{t('tasks')}</h2>
      {tasks.length > 0 ? list(tasks) : <p>{t('noTasks')}</p>}
      {tasks.length > 0 && <p className="text-muted text-meta mt-1">{t('target')}</p>}
      <h2 className="mt-3 mb-1 font-semibold">{t('stays')}</h2>
      {list(stays)}
      <p className="text-muted mt-3">
        {t('notErasure')} {t('noReprisal')}
      </p>
    </Section>
  )
}

async function WithdrawForm({ consent }: { consent: Consent }) {
  const c = await getTranslations('consents')
  const t = await getTranslations('consents.withdraw')
  const f = await getTranslations('consents.form')
  const s = await getTranslations('shell.form')
  return (
    <ActionForm
      action={withdrawConsent}
      submit={t('submit')}
      working={s('working')}
      danger
      values={{ id: consent.id }}
      aside={<LinkButton href={`/consents/${consent.id}`}>{t('cancel')}</LinkButton>}
      className="space-y-5"
    >
      <Radios
        name="who"
        label={t('who')}
        options={[
          { value: 'subject_request', label: t('subject') },
          { value: 'representative_request', label: t('representative') },
        ]}
      />
      <Choice
        name="channel"
        label={t('channel')}
        pick={f('pick')}
        options={channels.map((channel) => ({ value: channel, label: c(`channels.${channel}`) }))}
      />
      <LocalTime
        name="declaredAt"
        label={t('declaredAt')}
        hint={t('declaredHint', { zone: consent.timeZone })}
      />
    </ActionForm>
  )
}
