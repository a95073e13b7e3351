import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { PageHeader, Tabs } from '@/components/page'
import { Status } from '@/components/status'
import { CatalogError } from '@/lib/catalog/error'
import { told } from '@/lib/dictionary/dictionary'
import { approximate, bytes } from '@/lib/format/format'
import { captureRows } from '@/lib/inventory/capture'
import { rlsState } from '@/lib/inventory/tables'
import { requirePrincipal } from '@/lib/session/principal'
import { segment, tablePath } from '@/lib/url/paths'
import { DatabaseAway } from '../../database-away'
import { StaleNotice } from '../../stale-notice'
import { namedRelation } from './relation'

export async function generateMetadata({ params }: { params: Promise<{ table: string }> }) {
  return { title: segment((await params).table) }
}

/** The head and the tabs of one relation; each tab is a page of its own. */
export default async function TableLayout({
  params,
  children,
}: {
  params: Promise<{ table: string }>
  children: ReactNode
}) {
  const { table } = await params
  const named = await namedRelation(table).catch((error: unknown) => {
    if (error instanceof CatalogError) return error
    throw error
  })
  if (named instanceof CatalogError) {
    const t = await getTranslations('tables')
    return (
      <>
        <PageHeader crumbs={[{ href: '/tables', label: t('title') }]} title={segment(table)} />
        <DatabaseAway principal={await requirePrincipal('catalog:read')} error={named} />
      </>
    )
  }
  return (
    <>
      <StaleNotice current={named.scan.current} />
      <Head {...named} />
      {children}
    </>
  )
}

function Head({ relation, scan }: Awaited<ReturnType<typeof namedRelation>>) {
  const t = useTranslations('tables')
  const locale = useLocale()
  const capture = captureRows(scan.facts).find((row) => row.id === relation.id)
  const keys = relation.constraints.filter((c) => c.references !== null).length
  const facts = [
    t(`kinds.${relation.kind}`),
    relation.rows === null ? null : `${approximate(relation.rows, locale)} ${t('detail.rowsWord')}`,
    relation.size === null ? null : bytes(relation.size, locale),
    told(relation.comment),
  ]
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/tables', label: t('title') }]}
        title={<span className="font-mono">{relation.id}</span>}
        status={
          <span className="flex flex-wrap gap-2">
            <Status of="rls" value={rlsState(relation)} look="pill">
              {`RLS ${t(`rlsWords.${rlsState(relation)}`)}`}
            </Status>
            {capture?.required && <Status of="capture" value={capture.state} look="pill" />}
          </span>
        }
        facts={facts.filter((fact) => fact !== null && fact !== '').join(' · ')}
      />
      <Tabs
        label={relation.id}
        tabs={[
          { href: tablePath(relation.id), label: t('tabs.columns'), count: relation.columns.length },
          {
            href: tablePath(relation.id, 'access'),
            label: t('tabs.access'),
            count: relation.policies.length,
          },
          {
            href: tablePath(relation.id, 'indexes'),
            label: t('tabs.indexes'),
            count: relation.indexes.length,
          },
          { href: tablePath(relation.id, 'audit'), label: t('tabs.audit'), count: relation.triggers.length },
          { href: tablePath(relation.id, 'relationships'), label: t('tabs.relationships'), count: keys },
        ]}
      />
    </>
  )
}
