import Link from 'next/link'
import type { Route } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { readRecords, type Principal } from '@/lib/db/scope'
import { count } from '@/lib/format/format'
import { countWaiting, waitingKinds, waitingNeeds, type WaitingKind } from '@/lib/requests/waiting'
import { attempt } from '../audit/attempt'
import { whatIsMissing } from '../audit/missing'
import { Unread } from '../requests/frame'

const paths: Readonly<Record<WaitingKind, string>> = {
  requests: '/requests?state=open',
  tasks: '/consents/work',
  incidents: '/incidents',
  openings: '/openings',
}

/** What waits for the person who looks: the day of a clinic begins here. Nothing where a database has no such records. */
export async function WaitingForYou({ principal }: { principal: Principal }) {
  const { what } = await whatIsMissing(principal.database, waitingNeeds)
  if (what.length > 0) return null
  const t = await getTranslations('overview.waiting')
  const locale = await getLocale()
  const { value, error } = await attempt(() => readRecords(principal, countWaiting))
  if (error) return <Unread error={error} />
  return (
    <ul className="grid gap-2 sm:grid-cols-2 xl:grid-cols-4">
      {waitingKinds.map((kind) => {
        const { open, overdue } = value[kind]
        return (
          <li key={kind}>
            <Link
              href={paths[kind] as Route}
              prefetch={false}
              className="border-line bg-panel hover:bg-sunken rounded-card flex h-full items-baseline gap-3 border px-4 py-2.5"
            >
              <span className="text-title font-semibold">{count(open, locale)}</span>
              <span className="min-w-0">
                {t(kind, { count: open })}
                {overdue > 0 && (
                  <span className="text-bad text-meta block">
                    <span aria-hidden="true">▲ </span>
                    {t('overdue', { count: overdue })}
                  </span>
                )}
              </span>
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
