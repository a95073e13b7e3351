import { useFormatter, useLocale, useTranslations } from 'next-intl'
import { RefreshWhile } from '@/components/refresh-while'
import { CannotLook } from '@/components/states'
import type { CurrentSnapshot } from '@/lib/catalog/current'
import { dateStyle } from '@/lib/format/format'

/** Above a page whose catalog could not be read again: what follows is the last good read, this old, for this cause. */
export function StaleNotice({ current }: { current: CurrentSnapshot }) {
  const t = useTranslations('catalog')
  const format = useFormatter()
  const locale = useLocale()
  const { problem, snapshot } = current
  if (!problem) return null
  const when = format.dateTime(new Date(snapshot.takenAt), {
    dateStyle: dateStyle(locale),
    timeStyle: 'medium',
  })
  return (
    <div className="mb-4">
      <CannotLook
        title={t('stale', { when })}
        cause={`${t(`problems.${problem.code}`)} ${t(`todo.${problem.code}`)}`}
      />
      <RefreshWhile every={10_000} />
    </div>
  )
}
