import { useLocale, useTranslations } from 'next-intl'
import type { CurrentSnapshot } from '@/lib/catalog/current'
import { say } from '@/lib/i18n/locale'
import { CannotLook } from './states'

/** Shown above a page when the catalog could not be read again and what follows is the last good read. */
export function StaleNotice({ current }: { current: CurrentSnapshot }) {
  const t = useTranslations('shell.list')
  const locale = useLocale()
  const { problem } = current
  if (!problem) return null
  const cause = 'sentence' in problem ? say(problem.sentence as { en: string; pt: string }, locale) : problem.message
  return (
    <div className="mb-4">
      <CannotLook title={t('stale')} cause={cause} />
    </div>
  )
}
