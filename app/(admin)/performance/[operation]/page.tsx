import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { notFound } from 'next/navigation'
import { Card } from './card'
import { KeyValues, PageHeader, Section } from '@/components/page'
import { PlanTree } from '@/components/plan-tree'
import { SqlBlock } from '@/components/sql'
import { CannotLook } from '@/components/states'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import { count, duration, percent } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { Measured } from '@/lib/operations/measure'
import { requirePrincipal } from '@/lib/session/principal'
import { segment } from '@/lib/url/paths'
import { WithMeasurement } from '../with-measurement'

type Props = { params: Promise<{ operation: string }> }

export async function generateMetadata({ params }: Props) {
  const t = await getTranslations('performance')
  return { title: `${segment((await params).operation)} · ${t('title')}` }
}

export default async function OperationPage({ params }: Props) {
  const principal = await requirePrincipal('catalog:read')
  const id = segment((await params).operation)
  return (
    <Section>
      <WithMeasurement principal={principal}>
        {(measurement) => {
          const measured = measurement.operations.find((one) => one.operation.id === id)
          if (!measured) notFound()
          return <Operation measured={measured} at={measurement.at} />
        }}
      </WithMeasurement>
    </Section>
  )
}

function Operation({ measured, at }: { measured: Measured; at: string }) {
  const t = useTranslations('performance')
  const locale = useLocale()
  const { operation, times, plan } = measured
  return (
    <>
      <PageHeader
        title={say(operation.title, locale)}
        crumbs={[{ href: '/performance', label: t('title') }]}
        status={
          <Status of="outcome" value={measured.outcome} look="pill">
            {measured.outcome === 'unknown' ? undefined : t(measured.outcome === 'pass' ? 'within' : 'over')}
          </Status>
        }
        facts={t.rich('measured', {
          when: () => <Time at={at} />,
          role: () => <code>{operation.role}</code>,
        })}
      />
      {measured.reason !== null && (
        <CannotLook cause={<Reason reason={measured.reason} role={operation.role} />} />
      )}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
        {times && (
          <Card title={t('times')}>
            <KeyValues
              items={[
                [t('columns.p50'), duration(times.p50, locale)],
                [t('columns.p95'), duration(times.p95, locale)],
                [t('columns.limit'), duration(operation.limit, locale)],
                [t('planning'), duration(times.planning, locale)],
                measured.first !== null && [t('first'), duration(measured.first, locale)],
                [t('runs'), count(times.runs, locale)],
                measured.policies !== null &&
                  plan !== null && [
                    t('policiesCost'),
                    t('policiesShare', {
                      time: duration(measured.policies, locale),
                      share: percent(measured.policies, plan.total, locale),
                    }),
                  ],
              ]}
            />
            <p className="text-muted text-meta mt-3">{t('policiesNote')}</p>
          </Card>
        )}
        <Card title={t('query')}>
          <SqlBlock sql={operation.sql} />
        </Card>
      </div>
      {plan && (
        <Card title={t('plan')} className="mt-4">
          <p className="text-muted text-meta mb-3">{t('planNote')}</p>
          <PlanTree node={plan} />
        </Card>
      )}
    </>
  )
}

function Reason({ reason, role }: { reason: string; role: string }) {
  const t = useTranslations('performance')
  if (reason === 'empty') return t('reasons.empty')
  if (reason === 'no turn') return t('reasons.noTurn')
  if (reason === 'timeout') return t('reasons.timeout')
  if (reason.startsWith('42501')) return t('reasons.rights', { role, cause: reason.slice(6) })
  return t('reasons.other', { cause: reason })
}
