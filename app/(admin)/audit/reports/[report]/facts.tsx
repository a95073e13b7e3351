import { getLocale, getTimeZone, getTranslations } from 'next-intl/server'
import { KeyValues } from '@/components/page'
import { Time } from '@/components/time'
import { workingHours, type EntryFilter } from '@/lib/audit/filter'
import type { Report } from '@/lib/audit/reports'
import type { Principal } from '@/lib/db/scope'
import { count, day } from '@/lib/format/format'
import { SealFact } from '../../verify/fact'
import type { ReportPage } from '../read'

/** What a reader has to know to trust the sheet: whose, when, of which days, and how the log stands. */
export async function Facts({
  principal,
  report,
  filter,
  found,
}: {
  principal: Principal
  report: Report
  filter: EntryFilter
  found: ReportPage
}) {
  const t = await getTranslations('reports')
  const locale = await getLocale()
  const zone = await getTimeZone()
  const shown = (text: string | null) => (text ? day(text, locale, 'UTC') : null)
  return (
    <div className="border-line rounded-card bg-panel mb-6 border px-4 py-3.5">
      <KeyValues
        items={[
          [
            t('facts_period'),
            t('period', {
              since: shown(filter.since) ?? t('beginning'),
              until: shown(filter.until) ?? t('now'),
              zone,
            }),
          ],
          [t('facts_entries'), count(found.total, locale)],
          filter.patient !== null && [
            t('facts_patient'),
            <span key="patient" className="font-mono [overflow-wrap:anywhere]">
              {[filter.patient, ...found.patients.filter((id) => id !== filter.patient)].join(', ')}
            </span>,
          ],
          report === 'afterHours' && [t('facts_hours'), t('hours', workingHours)],
          [t('facts_log'), <SealFact key="seal" database={principal.database} />],
          [
            t('facts_by'),
            <span key="by">
              {principal.name} · <Time at={found.askedAt} look="exact" />
            </span>,
          ],
        ]}
      />
    </div>
  )
}
