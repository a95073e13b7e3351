import { useLocale, useTranslations } from 'next-intl'
import { ActionForm } from '@/components/action-form'
import { RefreshWhile } from '@/components/refresh-while'
import { CannotLook } from '@/components/states'
import { Time } from '@/components/time'
import { percent } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { StoredRun } from '@/lib/isolation/stored/stored'
import { cancelIsolation } from './actions'

const steps = ['server', 'clone', 'prove', 'probe', 'judge'] as const

/** How far a running one is, or why the newest one brought nothing; above whatever results stand. */
export function RunState({
  run,
  ahead,
  writes,
}: {
  run: StoredRun | null
  /** The database whose run this one waits for. */
  ahead: string | null
  writes: boolean
}) {
  const t = useTranslations('isolation.run')
  const locale = useLocale()
  if (!run || run.state === 'done') return null
  if (run.state === 'running') return <Running run={run} ahead={ahead} writes={writes} />
  const by = run.cancelledBy ?? run.startedBy ?? t('itself')
  if (run.state === 'cancelled')
    return (
      <p className="border-line rounded-card bg-panel mb-4 border px-4 py-3" role="status">
        <span aria-hidden="true" className="text-none">
          –{' '}
        </span>
        {t.rich('cancelled', { name: by, when: () => <Time at={run.finishedAt} /> })}
      </p>
    )
  return (
    <div className="mb-4">
      <CannotLook title={t('failed')} cause={run.problem ? say(run.problem, locale) : t('cutOff')} />
    </div>
  )
}

function Running({ run, ahead, writes }: { run: StoredRun; ahead: string | null; writes: boolean }) {
  const t = useTranslations('isolation.run')
  const locale = useLocale()
  const at = steps.indexOf(run.step)
  const share = run.all > 0 ? Math.min(1, run.done / run.all) : null
  return (
    <section
      aria-label={t('label')}
      className="border-line rounded-card bg-panel mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-3 border px-4 py-3"
    >
      <RefreshWhile />
      <div className="min-w-0 flex-1">
        <p className="font-medium" role="status">
          <span aria-hidden="true" className="text-info">
            …{' '}
          </span>
          {t.rich('running', { name: run.startedBy ?? t('itself'), when: () => <Time at={run.startedAt} /> })}
        </p>
        {ahead !== null && <p className="text-muted mt-1">{t('ahead', { database: ahead })}</p>}
        <ol className="mt-2 flex flex-wrap gap-x-4 gap-y-1">
          {steps.map((step, index) => (
            <li
              key={step}
              aria-current={index === at ? 'step' : undefined}
              className={index > at ? 'text-muted' : index === at ? 'font-medium' : ''}
            >
              <span aria-hidden="true" className={index < at ? 'text-ok' : 'text-info'}>
                {index < at ? '✓' : index === at ? '…' : '·'}{' '}
              </span>
              {t(`steps.${step}`)}
              {index === at && share !== null && ` ${percent(run.done, run.all, locale)}`}
            </li>
          ))}
        </ol>
        {share !== null && (
          <div aria-hidden="true" className="bg-sunken rounded-status mt-2 h-1.5 overflow-hidden">
            <div className="bg-accent h-full" style={{ width: `${share * 100}%` }} />
          </div>
        )}
        <noscript>
          <p className="mt-2">
            <a href="/isolation" className="link">
              {t('refresh')}
            </a>
          </p>
        </noscript>
      </div>
      {writes && (
        <ActionForm action={cancelIsolation} submit={t('cancel')} working={t('cancelling')} danger quiet />
      )}
    </section>
  )
}
