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
  /** `short`: in one line of a list, the rest on hover. */
  withReason?: boolean | 'short'
}) {
  const t = useTranslations('consents.reasons')
  const shown = shownStatus(status, reason)
  const value = reason === 'superseded' ? 'superseded' : shown
  const why =
    withReason && reason && shown !== 'refused' && reason !== 'superseded' && t.has(reason as 'refused')
  const short = withReason === 'short'
  return (
    <span className={`inline-flex items-baseline gap-x-2 ${short ? '' : 'flex-wrap'}`}>
      <Status of="consent" value={value} look="pill" />
      {why && (
        <span
          className={`text-muted text-meta ${short ? 'sm:max-w-32 sm:truncate' : ''}`}
          title={short ? t(reason as 'refused') : undefined}
        >
          {t(reason as 'refused')}
        </span>
      )}
    </span>
  )
}
