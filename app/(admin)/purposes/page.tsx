import { getLocale, getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { DataTable, type Column } from '@/components/data-table'
import { PageHeader, Section } from '@/components/page'
import { Empty, Skeleton } from '@/components/states'
import { consentNeeds } from '@/lib/consents/needs'
import { listRopa, type PurposeRow } from '@/lib/consents/terms'
import { basisWords } from '@/lib/consents/types'
import { readRecords, type Principal } from '@/lib/db/scope'
import { day } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { attempt } from '../audit/attempt'
import { Missing, setFor, whatIsMissing } from '../audit/missing'
import { Unread } from '../requests/frame'

export async function generateMetadata() {
  return { title: (await getTranslations('purposes'))('title') }
}

const heads = ['purpose', 'basis', 'tables', 'text', 'review', 'clinic'] as const

/** The record of processing (LGPD art. 37): purposes with their bases, tables, recipients and texts. */
export default async function PurposesPage() {
  const principal = await requirePrincipal('consents:read')
  const t = await getTranslations('purposes')
  const missing = await whatIsMissing(principal.database, consentNeeds)
  if (missing.what.length > 0)
    return (
      <>
        <PageHeader title={t('title')} />
        <Missing
          kind="consents"
          database={principal.database}
          what={missing.what}
          set={setFor(missing.what)}
        />
      </>
    )
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={t('lead')}
        actions={
          may(principal, 'export') && (
            <>
              <LinkButton href="/export/purposes?format=csv" download>
                {t('csv')}
              </LinkButton>
              <LinkButton href="/export/purposes?format=json" download>
                {t('json')}
              </LinkButton>
            </>
          )
        }
      />
      <Section fallback={<Skeleton columns={heads.map((id) => t(id))} />}>
        <Purposes principal={principal} />
      </Section>
    </>
  )
}

async function Purposes({ principal }: { principal: Principal }) {
  const t = await getTranslations('purposes')
  const locale = await getLocale()
  const { value, error } = await attempt(() => readRecords(principal, listRopa))
  if (error) return <Unread error={error} />
  if (value.length === 0) return <Empty title={t('emptyTitle')}>{t('emptyBody')}</Empty>
  const columns: readonly Column<PurposeRow>[] = [
    {
      id: 'purpose',
      head: t('purpose'),
      cell: (row) => (
        <span className="block max-w-[30ch]">
          {row.title} <code className="text-meta block">{row.code}</code>
        </span>
      ),
    },
    {
      id: 'basis',
      head: t('basis'),
      cell: (row) => <span className="block max-w-[24ch]">{say(basisWords(row.basis), locale)}</span>,
    },
    {
      id: 'tables',
      head: t('tables'),
      cell: (row) => <span className="text-meta block max-w-[26ch]">{row.tables.join(', ')}</span>,
    },
    {
      id: 'text',
      head: t('text'),
      cell: (row) => (
        <span className="whitespace-nowrap">
          {row.version === null ? <span className="text-muted">—</span> : `v${row.version}`}
          {row.draft !== null && (
            <span className="text-info text-meta ml-2">{t('draft', { version: row.draft })}</span>
          )}
        </span>
      ),
    },
    {
      id: 'review',
      head: t('review'),
      cell: (row) => (
        <span className={`whitespace-nowrap ${row.reviewDue ? 'text-warn font-medium' : ''}`}>
          {row.reviewDue && <span aria-hidden="true">▲ </span>}
          {day(row.nextReview, locale, 'UTC')}
          {row.reviewDue && <span className="sr-only"> {t('due')}</span>}
        </span>
      ),
    },
    {
      id: 'clinic',
      head: t('clinic'),
      cell: (row) => <span className="whitespace-nowrap">{row.clinicName}</span>,
    },
  ]
  return (
    <DataTable
      caption={t('title')}
      columns={columns}
      rows={value}
      rowKey={(row) => row.id}
      rowHref={(row) => `/purposes/${row.id}`}
    />
  )
}
