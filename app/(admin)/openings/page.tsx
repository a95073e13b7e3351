import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { DataTable } from '@/components/data-table'
import { PageHeader, Section } from '@/components/page'
import { AllGood, CannotLook } from '@/components/states'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import type { Opening } from '@/lib/openings/queries'
import { readOpenings } from '@/lib/openings/read'
import type { Principal } from '@/lib/db/scope'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { attempt } from '../audit/attempt'
import { whatIsMissing } from '../audit/missing'
import { ReviewButtons } from './review-buttons'
import { Unread } from '../requests/frame'

const needs = { relations: ['app.chart_openings'], routines: ['app.review_opening'] }

export async function generateMetadata() {
  return { title: (await getTranslations('openings'))('title') }
}

export default async function OpeningsPage() {
  const principal = await requirePrincipal('audit:read')
  const t = await getTranslations('openings')
  return (
    <>
      <PageHeader title={t('title')} facts={t('intro')} />
      <Section>
        <Content principal={principal} />
      </Section>
    </>
  )
}

async function Content({ principal }: { principal: Principal }) {
  const t = await getTranslations('openings')
  const missing = await whatIsMissing(principal.database, needs)
  if (missing.what.length > 0) return <CannotLook title={t('missing')} cause={missing.what.join(', ')} />
  const { value, error } = await attempt(() => readOpenings(principal))
  if (error) return <Unread error={error} />
  if (value.length === 0) return <AllGood>{t('none')}</AllGood>
  return <List rows={value} reviews={may(principal, 'consents:write')} />
}

function List({ rows, reviews }: { rows: readonly Opening[]; reviews: boolean }) {
  const t = useTranslations('openings')
  return (
    <DataTable
      caption={t('title')}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        { id: 'at', head: t('columns.at'), cell: (row) => <Time at={row.openedAt} look="exact" /> },
        {
          id: 'who',
          head: t('columns.who'),
          cell: (row) => row.professional ?? <code>{row.userId.slice(0, 8)}</code>,
        },
        {
          id: 'patient',
          head: t('columns.patient'),
          cell: (row) => <code>{row.patientId.slice(0, 8)}</code>,
        },
        {
          id: 'reason',
          head: t('columns.reason'),
          cell: (row) => <span className="[overflow-wrap:anywhere]">{row.reason}</span>,
        },
        {
          id: 'minutes',
          head: t('columns.minutes'),
          align: 'end',
          cell: (row) => t('minutes', { count: row.minutes }),
        },
        { id: 'review', head: t('columns.review'), cell: (row) => <Review row={row} reviews={reviews} /> },
        { id: 'clinic', head: t('columns.clinic'), cell: (row) => row.clinicName },
      ]}
    />
  )
}

function Review({ row, reviews }: { row: Opening; reviews: boolean }) {
  const t = useTranslations('openings')
  if (row.justified !== null)
    return (
      <Status of="outcome" value={row.justified ? 'pass' : 'fail'}>
        {t(row.justified ? 'justified' : 'unjustified')}
      </Status>
    )
  return (
    <span className="flex flex-col items-start gap-1">
      <Status of="outcome" value="unknown">
        {t(row.isOpen ? 'openNow' : 'waits')}
      </Status>
      {reviews && (
        <ReviewButtons
          clinic={row.clinicId}
          opening={row.id}
          labels={{ yes: t('judgeJustified'), no: t('judgeUnjustified') }}
        />
      )}
    </span>
  )
}
