import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { attempt } from '@/app/(admin)/audit/attempt'
import { Status } from '@/components/status'
import { basisWords, shownStatus } from '@/lib/consents/types'
import { say } from '@/lib/i18n/locale'
import type { SittingConsent, SittingRead } from '@/lib/consents/guest'
import { PublicFrame } from '../frame'
import { openSitting } from '../guest'
import { NotNow } from '../not-now'
import { SignForm } from '../sign-form'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('link')
  return {
    title: t('title'),
    robots: { index: false, follow: false, nocache: true },
    referrer: 'no-referrer',
  }
}

/** One purpose after the other: the text, in short, what a no means, and only then the signature. */
export default async function SittingPage() {
  const t = await getTranslations('link')
  const { value: sitting, error } = await attempt(openSitting)
  if (error)
    return (
      <PublicFrame title={t('title')}>
        <NotNow error={error} />
      </PublicFrame>
    )
  if (!sitting)
    return (
      <PublicFrame title={t('over')}>
        <p className="text-muted mt-2">{t('overBody')}</p>
      </PublicFrame>
    )
  const { read } = sitting
  const at = read.consents.findIndex((consent) => consent.status === 'pending')
  const consent = read.consents[at]
  if (!consent) return <Done read={read} />
  return (
    <PublicFrame
      above={read.clinic}
      title={consent.purpose}
      lead={
        <>
          {read.consents.length > 1 && `${t('step', { at: at + 1, of: read.consents.length })} · `}
          {t('for', { name: read.patient })}
        </>
      }
    >
      <Text consent={consent} read={read} />
      <SignForm key={consent.id} consent={consent} read={read} />
    </PublicFrame>
  )
}

async function Text({ consent, read }: { consent: SittingConsent; read: SittingRead }) {
  const t = await getTranslations('link')
  const locale = await getLocale()
  const names = consent.recipients.map(({ name }) => name).filter(Boolean)
  return (
    <>
      <article lang={consent.language} className="border-line rounded-card bg-panel border px-4 py-4">
        <h2 className="font-semibold">{consent.title}</h2>
        <div className="mt-2 whitespace-pre-line">{consent.body}</div>
      </article>
      <section className="mt-5">
        <h2 className="font-semibold">{t('inShort')}</h2>
        <p lang={consent.language} className="whitespace-pre-line">
          {consent.summary}
        </p>
      </section>
      <section className="mt-5">
        <h2 className="font-semibold">{t('ifNot')}</h2>
        <p lang={consent.language} className="whitespace-pre-line">
          {consent.refusal}
        </p>
      </section>
      <ul className="text-muted mt-5 mb-6 list-disc space-y-1 pl-5 text-body">
        <li>
          {t('basis', { basis: say(basisWords(consent.basis), locale) })} ·{' '}
          {t('version', { version: consent.version })}
        </li>
        {names.length > 0 && <li>{t('recipients', { names: names.join(', ') })}</li>}
        <li>{t('anyTime', { contact: read.dpo ?? read.clinic })}</li>
      </ul>
    </>
  )
}

async function Done({ read }: { read: SittingRead }) {
  const t = await getTranslations('link')
  return (
    <PublicFrame above={read.clinic} title={t('done')} lead={t('doneBody')}>
      <ul className="border-line rounded-card bg-panel border">
        {read.consents.map((consent) => (
          <li
            key={consent.id}
            className="border-line flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 border-b px-4 py-3 last:border-b-0"
          >
            <span className="font-medium">{consent.purpose}</span>
            <Status of="consent" value={shownStatus(consent.status, consent.reason)} look="pill" />
            <a className="link w-full text-body" href={`/c/sitting/receipt/${consent.id}`} download>
              {t('receipt')}
            </a>
          </li>
        ))}
      </ul>
      <p className="text-muted mt-4 text-body">
        {read.device === 'clinic' ? t('handBack') : t('close')}{' '}
        {t('anyTime', { contact: read.dpo ?? read.clinic })}
      </p>
    </PublicFrame>
  )
}
