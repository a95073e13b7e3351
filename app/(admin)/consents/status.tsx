import { useTranslations } from 'next-intl'
import { Status } from '@/components/status'
import { shownStatus, type Status as Stored } from '@/lib/consents/types'

/** Status of a consent as people read it: a refusal is refused, and a reason stands beside an end. */
export function ConsentStatus({
  status,
  reason,
  withReason = false,
}: {
  status: Stored
  reason: string | null
  withReason?: boolean
}) {
  const t = useTranslations('consents.reasons')
  const shown = shownStatus(status, reason)
  const value = reason === 'superseded' ? 'superseded' : shown
  const why =
    withReason && reason && shown !== 'refused' && reason !== 'superseded' && t.has(reason as 'refused')
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <Status of="consent" value={value} look="pill" />
      {why && <span className="text-muted text-meta">{t(reason as 'refused')}</span>}
    </span>
  )
}
