import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { DataTable } from '@/components/data-table'
import { PageHeader, Section } from '@/components/page'
import { Skeleton } from '@/components/states'
import { Time } from '@/components/time'
import { count } from '@/lib/format/format'
import type { Measurement } from '@/lib/operations/current'
import { requirePrincipal } from '@/lib/session/principal'
import { useColumns } from './list'
import { MeasureAgain } from './measure-again'
import { Statements } from './statements'
import { WithMeasurement } from './with-measurement'

export async function generateMetadata() {
  return { title: (await getTranslations('performance'))('title') }
}

export default async function PerformancePage() {
  const principal = await requirePrincipal('catalog:read')
  const t = await getTranslations('performance')
  return (
    <>
      <PageHeader title={t('title')} facts={t('intro')} />
      <Section title={t('operations')} fallback={<Loading />}>
        <WithMeasurement principal={principal}>
          {(measurement) => <List measurement={measurement} />}
        </WithMeasurement>
      </Section>
      <Section title={t('statements')}>
        <Statements database={principal.database} />
      </Section>
    </>
  )
}

function List({ measurement }: { measurement: Measurement }) {
  const t = useTranslations('performance')
  const locale = useLocale()
  const number = (outcome: string) =>
    count(measurement.operations.filter((one) => one.outcome === outcome).length, locale)
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <p className="text-muted">
          {t.rich('facts', {
            pass: number('pass'),
            fail: number('fail'),
            unknown: number('unknown'),
            when: () => <Time at={measurement.at} />,
          })}
        </p>
        <MeasureAgain label={t('again')} />
      </div>
      <DataTable
        caption={t('operations')}
        columns={useColumns()}
        rows={measurement.operations}
        rowKey={(row) => row.operation.id}
        rowHref={(row) => `/performance/${encodeURIComponent(row.operation.id)}`}
      />
    </>
  )
}

function Loading() {
  return <Skeleton columns={useColumns().map((column) => column.head)} />
}
