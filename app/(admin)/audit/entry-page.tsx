import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { Diff } from '@/components/diff'
import { PageHeader, Section, Tabs } from '@/components/page'
import { Status } from '@/components/status'
import { changesOf } from '@/lib/audit/diff'
import { maskedEntry } from '@/lib/audit/export'
import { ledgerNeeds } from '@/lib/audit/installed'
import { requirePrincipal } from '@/lib/session/principal'
import { attempt } from './attempt'
import { EntryFacts, EntryLinks, EntrySentence } from './entry'
import { maskOf } from './mask'
import { Missing, whatIsMissing } from './missing'
import { readEntry } from './read'
import { Unread } from '../requests/frame'

/** One entry as a page, under one of its two tabs. */
export async function EntryPage({ id, tab }: { id: string; tab: 'changes' | 'json' }) {
  const principal = await requirePrincipal('audit:read')
  const t = await getTranslations('audit')
  const crumbs = [{ href: '/audit', label: t('title') }]
  const title = t('entryTitle', { id })
  const missing = await whatIsMissing(principal.database, ledgerNeeds)
  if (missing.what.length > 0) {
    return (
      <>
        <PageHeader title={title} crumbs={crumbs} />
        <Missing kind="audit" database={principal.database} what={missing.what} set="ledger" />
      </>
    )
  }
  const { value, error } = await attempt(() => readEntry(principal, id))
  if (error) {
    return (
      <>
        <PageHeader title={title} crumbs={crumbs} />
        <Unread error={error} />
      </>
    )
  }
  if (!value) notFound()
  const { entry, people } = value
  const isMasked = await maskOf(principal.database, entry.tableName)
  return (
    <>
      <PageHeader
        title={title}
        crumbs={crumbs}
        status={<Status of="action" value={entry.action as 'read'} look="pill" />}
        actions={<EntryLinks entry={entry} />}
      />
      <div className="mb-4">
        <EntrySentence entry={entry} people={people} />
      </div>
      <div className="grid items-start gap-x-6 gap-y-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="min-w-0">
          <Tabs
            label={t('tabs')}
            tabs={[
              { href: `/audit/${entry.id}`, label: t('changes') },
              { href: `/audit/${entry.id}/json`, label: t('json') },
            ]}
          />
          {tab === 'changes' ? (
            <Diff changes={changesOf(entry, isMasked)} />
          ) : (
            <pre
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by key
              tabIndex={0}
              role="region"
              aria-label={t('jsonCaption')}
              className="border-line rounded-card bg-sunken overflow-x-auto border p-3 leading-5"
            >
              {JSON.stringify(maskedEntry(entry, isMasked), null, 2)}
            </pre>
          )}
        </div>
        <Section title={t('facts_heading')} card>
          <EntryFacts entry={entry} people={people} />
        </Section>
      </div>
    </>
  )
}
