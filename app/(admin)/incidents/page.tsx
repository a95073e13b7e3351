import { getLocale, getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { DataTable, type Column } from '@/components/data-table'
import { PageHeader, Section } from '@/components/page'
import { Empty, Skeleton } from '@/components/states'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import type { Principal } from '@/lib/db/scope'
import { day } from '@/lib/format/format'
import type { Incident } from '@/lib/incidents/incidents'
import { requirePrincipal } from '@/lib/session/principal'
import { attempt } from '../audit/attempt'
import { Unread, WithRegisters } from '../requests/frame'
import { readRegister } from './read'

export async function generateMetadata() {
  return { title: (await getTranslations('incidents'))('title') }
}

const heads = ['what', 'kind', 'severity', 'status', 'due', 'known', 'clinic'] as const

export default async function IncidentsPage() {
  const principal = await requirePrincipal('consents:read')
  const t = await getTranslations('incidents')
  return (
    <WithRegisters principal={principal} title={t('title')}>
      {() => (
        <>
          <PageHeader
            title={t('title')}
            actions={
              <LinkButton href="/incidents/new" primary>
                {t('new')}
              </LinkButton>
            }
          />
          <Section fallback={<Skeleton columns={heads.map((id) => t(id))} />}>
            <Register principal={principal} />
          </Section>
        </>
      )}
    </WithRegisters>
  )
}

async function Register({ principal }: { principal: Principal }) {
  const t = await getTranslations('incidents')
  const locale = await getLocale()
  const { value, error } = await attempt(() => readRegister(principal))
  if (error) return <Unread error={error} />
  if (value.length === 0) return <Empty title={t('emptyTitle')}>{t('emptyBody')}</Empty>
  const columns: readonly Column<Incident>[] = [
    { id: 'what', head: t('what'), cell: (row) => row.title },
    { id: 'kind', head: t('kind'), cell: (row) => t(`kinds.${row.kind}`) },
    {
      id: 'severity',
      head: t('severity'),
      cell: (row) => <Status of="severity" value={row.severity} />,
    },
    {
      id: 'status',
      head: t('status'),
      always: true,
      cell: (row) => (
        <Status of="incident" value={row.overdue ? 'overdue' : (row.status as 'open')} look="pill" />
      ),
    },
    {
      id: 'due',
      head: t('due'),
      cell: (row) =>
        row.lastDay && row.authoritySentAt === null ? (
          <span className="whitespace-nowrap">{day(row.lastDay, locale, row.timeZone)}</span>
        ) : (
          <span className="text-muted">—</span>
        ),
    },
    { id: 'known', head: t('known'), cell: (row) => <Time at={row.knownAt} /> },
    {
      id: 'clinic',
      head: t('clinic'),
      cell: (row) => <span className="whitespace-nowrap">{row.clinicName}</span>,
    },
  ]
  return (
    <>
      <p className="text-muted mb-2">{t('facts', { open: value.filter((row) => !row.closedAt).length })}</p>
      <DataTable
        caption={t('caption')}
        columns={columns}
        rows={value}
        rowKey={(row) => row.id}
        rowHref={(row) => `/incidents/${row.id}`}
      />
    </>
  )
}
