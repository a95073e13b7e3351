import { getLocale, getTranslations } from 'next-intl/server'
import { DataTable, type Column } from '@/components/data-table'
import { Section } from '@/components/page'
import { AllGood } from '@/components/states'
import { countOrphans, readHealth, type PurposeHealth } from '@/lib/consents/work'
import { readRecords, type Principal } from '@/lib/db/scope'
import { count, percent } from '@/lib/format/format'
import { requirePrincipal } from '@/lib/session/principal'
import { attempt } from '../../audit/attempt'
import { Alarm, Unread } from '../../requests/frame'
import { WithWork } from '../with-work'

export async function generateMetadata() {
  return { title: (await getTranslations('consents.health'))('title') }
}

/** How consent fares, purpose by purpose. "No consent" is neutral; red is only what ran without one. */
export default async function HealthPage() {
  const principal = await requirePrincipal('consents:read')
  const t = await getTranslations('consents.health')
  return (
    <WithWork principal={principal} title={t('title')} lead={t('lead')}>
      {() => (
        <Section>
          <Health principal={principal} />
        </Section>
      )}
    </WithWork>
  )
}

async function Health({ principal }: { principal: Principal }) {
  const t = await getTranslations('consents.health')
  const locale = await getLocale()
  const { value, error } = await attempt(() =>
    readRecords(principal, async (tx) => ({
      purposes: await readHealth(tx),
      orphans: await countOrphans(tx),
    })),
  )
  if (error) return <Unread error={error} />
  const { purposes, orphans } = value
  if (purposes.length === 0) return <p className="text-muted">{t('none')}</p>
  const share = (part: number, whole: number) =>
    whole === 0 ? (
      <span className="text-muted">—</span>
    ) : (
      <span title={`${count(part, locale)} / ${count(whole, locale)}`}>{percent(part, whole, locale)}</span>
    )
  const figure = (value: number, bad = false) => (
    <span className={bad && value > 0 ? 'text-bad font-medium' : value === 0 ? 'text-muted' : ''}>
      {count(value, locale)}
    </span>
  )
  const columns: readonly Column<PurposeHealth>[] = [
    { id: 'purpose', head: t('purpose'), cell: (row) => row.title },
    { id: 'inForce', head: t('inForce'), align: 'end', cell: (row) => figure(row.inForce) },
    { id: 'overdue', head: t('overdue'), align: 'end', cell: (row) => figure(row.overdue, true) },
    { id: 'proof', head: t('proof'), align: 'end', cell: (row) => share(row.withProof, row.inForce) },
    { id: 'late', head: t('late'), align: 'end', cell: (row) => share(row.late, row.decided - row.refused) },
    { id: 'refused', head: t('refused'), align: 'end', cell: (row) => share(row.refused, row.decided) },
    { id: 'pending', head: t('pending'), align: 'end', cell: (row) => figure(row.pending) },
    { id: 'withdrawn', head: t('withdrawn'), align: 'end', cell: (row) => figure(row.withdrawn) },
    { id: 'review', head: t('review'), align: 'end', cell: (row) => figure(row.underReview) },
  ]
  return (
    <>
      {orphans.marketing ? (
        <Alarm>{t('orphans', { count: orphans.marketing })}</Alarm>
      ) : (
        <AllGood>{t('noOrphans')}</AllGood>
      )}
      <div className="my-3">
        {orphans.images > 0 ? (
          <Alarm>{t('images', { count: orphans.images, outside: orphans.outside })}</Alarm>
        ) : orphans.outside > 0 ? (
          <AllGood>{t('noImages', { count: orphans.outside })}</AllGood>
        ) : (
          <p className="text-muted">{t('nothingOutside')}</p>
        )}
      </div>
      <DataTable caption={t('title')} columns={columns} rows={purposes} rowKey={(row) => row.code} />
    </>
  )
}
