import type { Route } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { DataTable, type Column } from '@/components/data-table'
import { Section } from '@/components/page'
import { AllGood } from '@/components/states'
import { Status } from '@/components/status'
import { countOutcomes, listBatches, type Batch, type BatchItem } from '@/lib/consents/batches'
import { readRecords, type Principal } from '@/lib/db/scope'
import { exact } from '@/lib/format/format'
import { attempt } from '../../audit/attempt'
import { peopleOf } from '../../audit/people'
import { Unread } from '../../requests/frame'
import { decide } from './actions'

/** What was ended in bulk, by whom, and what waits for a second person. */
export async function Batches({
  principal,
  chosen,
  hrefOf,
}: {
  principal: Principal
  chosen: string
  hrefOf: (batch: string) => string
}) {
  const t = await getTranslations('consents.bulk')
  const locale = await getLocale()
  const { value, error } = await attempt(() =>
    readRecords(principal, async (tx) => {
      const rows = await listBatches(tx)
      return {
        rows,
        people: await peopleOf(
          principal,
          tx,
          rows.flatMap((row) => [row.madeBy, row.decidedBy]),
        ),
      }
    }),
  )
  if (error) return <Unread error={error} />
  if (value.rows.length === 0) return <AllGood>{t('noBatches')}</AllGood>
  const nameOf = (id: string | null) => (id ? (value.people.get(id) ?? id.slice(0, 8)) : '—')
  const columns: readonly Column<Batch>[] = [
    {
      id: 'what',
      head: t('what'),
      cell: (row) => (
        <span className="block max-w-[40ch]">
          {t(`kinds.${row.kind}`, { count: row.size })}
          <span className="text-muted text-meta block">{row.reason}</span>
        </span>
      ),
    },
    { id: 'status', head: t('status'), cell: (row) => <Status of="batch" value={row.status} look="pill" /> },
    {
      id: 'by',
      head: t('by'),
      cell: (row) => (
        <>
          {nameOf(row.madeBy)}
          <span className="text-muted text-meta block">
            {exact(new Date(row.madeAt), locale, row.timeZone)}
          </span>
        </>
      ),
    },
    { id: 'decided', head: t('decidedBy'), cell: (row) => nameOf(row.decidedBy) },
    {
      id: 'act',
      head: t('result'),
      always: true,
      cell: (row) =>
        row.status === 'proposed' ? (
          <Decision row={row} own={row.madeBy === principal.subject} />
        ) : row.items ? (
          <Link className="link" href={hrefOf(row.id) as Route} prefetch={false} scroll={false}>
            {countOutcomes(row.items)
              .map(([outcome, count]) => t(`outcomes.${outcome}`, { count }))
              .join(' · ')}
          </Link>
        ) : (
          <span className="text-muted">—</span>
        ),
    },
  ]
  const shown = value.rows.find(({ id }) => id === chosen)
  return (
    <>
      <DataTable caption={t('batches')} columns={columns} rows={value.rows} rowKey={(row) => row.id} />
      {shown?.items && (
        <Section title={t('each')}>
          <Items items={shown.items} />
        </Section>
      )}
    </>
  )
}

async function Decision({ row, own }: { row: Batch; own: boolean }) {
  const t = await getTranslations('consents.bulk')
  const s = await getTranslations('shell.form')
  const values = { clinic: row.clinicId, id: row.id }
  return (
    <div className="flex flex-wrap gap-2">
      {own ? (
        <span className="text-muted self-center">{t('waits')}</span>
      ) : (
        <ActionForm
          action={decide}
          submit={t('approve')}
          working={s('working')}
          inline
          danger
          values={{ ...values, approve: 'yes' }}
        />
      )}
      <ActionForm
        action={decide}
        submit={t('decline')}
        working={s('working')}
        inline
        quiet
        values={{ ...values, approve: 'no' }}
      />
    </div>
  )
}

async function Items({ items }: { items: readonly BatchItem[] }) {
  const t = await getTranslations('consents.bulk')
  const columns: readonly Column<BatchItem>[] = [
    { id: 'consent', head: t('consent'), cell: (row) => <code>{row.id.slice(0, 8)}</code> },
    { id: 'outcome', head: t('result'), cell: (row) => t(`outcome.${row.outcome}`) },
  ]
  return (
    <DataTable
      caption={t('each')}
      columns={columns}
      rows={items}
      rowKey={(row) => row.id}
      rowHref={(row) => `/consents/${row.id}`}
    />
  )
}
