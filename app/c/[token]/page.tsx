import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { limitTries } from '@/lib/consents/rate'
import { attempt } from '@/app/(admin)/audit/attempt'
import { beginSitting } from '../actions'
import { PublicFrame } from '../frame'
import { findLink, origin } from '../guest'
import { NotNow } from '../not-now'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('link')
  // The address is a secret: it goes into no search engine and to no other site.
  return {
    title: t('title'),
    robots: { index: false, follow: false, nocache: true },
    referrer: 'no-referrer',
  }
}

/** The address a patient received. Looking at it uses nothing up: previews of messengers look too. */
export default async function LinkPage({ params }: { params: Promise<{ token: string }> }) {
  const t = await getTranslations('link')
  const { token } = await params
  await headers()
  const { value: link, error } = await attempt(async () => {
    limitTries('look', (await origin()).ip, 120)
    return /^[\w-]{43}$/.test(token) ? findLink(token) : null
  })
  if (error)
    return (
      <PublicFrame title={t('title')}>
        <NotNow error={error} />
      </PublicFrame>
    )
  const state = link?.value.state ?? 'unknown'
  if (!link || state !== 'open')
    return (
      <PublicFrame title={t(`states.${state === 'open' ? 'unknown' : state}.title`)}>
        <p className="text-muted mt-2">{t(`states.${state === 'open' ? 'unknown' : state}.body`)}</p>
      </PublicFrame>
    )
  const own = link.value.device === 'own'
  return (
    <PublicFrame title={t('title')} lead={t('lead', { count: link.value.purposes ?? 1 })}>
      <ActionForm
        action={beginSitting}
        submit={t('begin')}
        working={t('working')}
        values={{ token }}
        className="space-y-5"
      >
        {own && (
          <Field name="birth" kind="date" label={t('birth')} hint={t('birthHint')} autoComplete="off" />
        )}
      </ActionForm>
      <ul className="text-muted mt-6 list-disc space-y-1 pl-5 text-body">
        <li>{t('once')}</li>
        <li>{t('free')}</li>
      </ul>
    </PublicFrame>
  )
}
