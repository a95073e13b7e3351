import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { PageHeader } from '@/components/page'
import { consentNeeds } from '@/lib/consents/needs'
import type { Principal } from '@/lib/db/scope'
import { attempt } from '../audit/attempt'
import { Missing, setFor, whatIsMissing } from '../audit/missing'
import { readConsent, type ConsentRead } from './read'
import { Unread } from '../requests/frame'

/** A page about one consent: what is missing, what was refused and what is not there are answered here, once. */
export async function WithConsent({
  principal,
  id,
  day = null,
  action = 'read',
  children,
}: {
  principal: Principal
  id: string
  day?: string | null
  action?: 'read' | 'print'
  children: (read: ConsentRead) => ReactNode
}) {
  const t = await getTranslations('consents')
  const missing = await whatIsMissing(principal.database, consentNeeds)
  if (missing.what.length > 0) {
    return (
      <>
        <PageHeader title={t('title')} />
        <Missing
          kind="consents"
          database={principal.database}
          what={missing.what}
          set={setFor(missing.what)}
        />
      </>
    )
  }
  const { value, error } = await attempt(() => readConsent(principal, id, { day, action }))
  if (error) {
    return (
      <>
        <PageHeader title={t('title')} crumbs={[{ href: '/consents', label: t('title') }]} />
        <Unread error={error} />
      </>
    )
  }
  if (!value) notFound()
  return children(value)
}

/** How a consent is called: the patient's record number, or the beginning of the patient's id, and the purpose. */
export const nameOf = ({ consent }: ConsentRead): string =>
  `${consent.recordNumber ?? consent.patientId.slice(0, 8)} · ${consent.purposeTitle}`
