import { useTranslations } from 'next-intl'
import { RefreshWhile } from '@/components/refresh-while'
import { Empty } from '@/components/states'
import { isAskedSoon } from '@/lib/isolation/run/first-run'
import { secondsFor } from '@/lib/isolation/run/duration'
import type { Setup } from '@/lib/isolation/types'

/** Before there are answers: what would be asked, what that does and does not do, and about how long it takes. */
export function NobodyAsked({
  setup,
  database,
  running,
  writes,
}: {
  setup: Setup
  database: string
  running: boolean
  writes: boolean
}) {
  const t = useTranslations('isolation')
  const soon = !running && isAskedSoon(database)
  return (
    <Empty title={t(running ? 'runningTitle' : soon ? 'soonTitle' : 'emptyTitle')}>
      {soon && <RefreshWhile />}
      {t('empty', {
        relations: setup.tenants.length + setup.tenantVia.length,
        principals: setup.principals.length,
      })}{' '}
      {t('takes', { minutes: Math.ceil(secondsFor(setup) / 60) })}
      {!writes && !soon && !running && ` ${t('emptyReader')}`}
    </Empty>
  )
}
