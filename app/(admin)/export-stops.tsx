import { useLocale, useTranslations } from 'next-intl'
import { count } from '@/lib/format/format'

/** Says beside a list that is longer than its export that the file will not hold all of it. */
export function ExportStops({ total, limit }: { total: number; limit: number }) {
  const t = useTranslations('shell.list')
  const locale = useLocale()
  if (total <= limit) return null
  return <p className="text-muted text-meta">{t('exportStops', { count: count(limit, locale) })}</p>
}
