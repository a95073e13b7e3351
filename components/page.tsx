import Link from 'next/link'
import type { Route } from 'next'
import { cookies } from 'next/headers'
import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { Suspense, type ReactNode } from 'react'
import { count } from '@/lib/format/format'
import { zoneCookie } from '@/lib/i18n/locale'
import { ErrorBoundary } from './error-boundary'
import { Waiting } from './states'
import { TabLink } from './tab-link'

export interface Crumb {
  href: string
  label: string
}

/** The head of each page: path, the one `<h1>`, the facts that age, and at most one primary button. */
export function PageHeader({
  title,
  facts,
  actions,
  status,
  crumbs,
}: {
  title: ReactNode
  /** When read, how many: what a reader must know to trust the page. */
  facts?: ReactNode
  actions?: ReactNode
  /** A `<Status>` beside the title. */
  status?: ReactNode
  crumbs?: readonly Crumb[]
}) {
  return (
    <header className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 flex-[1_1_20rem]">
        {crumbs && <Breadcrumb crumbs={crumbs} />}
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <h1 className="text-title min-w-0 [overflow-wrap:anywhere]">{title}</h1>
          {status}
        </div>
        {facts && <p className="text-muted mt-0.5 max-w-[90ch]">{facts}</p>}
      </div>
      {actions && <div className="no-print flex flex-wrap gap-2">{actions}</div>}
    </header>
  )
}

/** Where this page stands: the pages above it as links. */
function Breadcrumb({ crumbs }: { crumbs: readonly Crumb[] }) {
  const t = useTranslations('shell')
  return (
    <nav aria-label={t('breadcrumb')} className="text-muted mb-1">
      <ol className="flex flex-wrap gap-x-1.5">
        {crumbs.map((crumb) => (
          <li key={crumb.href}>
            <Link
              href={crumb.href as Route}
              prefetch={false}
              className="hover:text-ink underline-offset-3 hover:underline"
            >
              {crumb.label}
            </Link>
            <span aria-hidden="true"> /</span>
          </li>
        ))}
      </ol>
    </nav>
  )
}

/**
 * A part of a page that loads and fails by itself: Suspense and an error boundary around `children`. With `card` it has
 * the panel's frame. `waitKey` is the URL state without `peek`: after a failure a new one is a new try. A changed state
 * leaves the old result standing, under the thin line that says something is on its way, so that nobody who types in
 * a filter loses their place.
 */
export async function Section({
  title,
  children,
  actions,
  fallback,
  card = false,
  waitKey,
  className = '',
}: {
  title?: ReactNode
  children: ReactNode
  actions?: ReactNode
  fallback?: ReactNode
  card?: boolean
  waitKey?: string
  className?: string
}) {
  const t = await getTranslations('shell.list')
  // Only a script can put a late part in its place. Until one has run here (it leaves this cookie) nothing is late.
  const streams = (await cookies()).has(zoneCookie)
  return (
    <section
      className={`${card ? 'border-line rounded-card bg-panel border px-4 py-3.5' : ''} mb-6 min-w-0 ${className}`}
    >
      {(title || actions) && (
        <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
          <h2 className="font-semibold">{title}</h2>
          {actions}
        </div>
      )}
      <ErrorBoundary
        resetKey={waitKey ?? ''}
        words={{ title: t('failed'), text: t('failedText'), retry: t('retry'), reference: t('reference') }}
      >
        {streams ? <Suspense fallback={fallback ?? <Waiting />}>{children}</Suspense> : children}
      </ErrorBoundary>
    </section>
  )
}

/** Facts of one thing, name and value. `null` entries are left out. */
export function KeyValues({ items }: { items: readonly (readonly [ReactNode, ReactNode] | null | false)[] }) {
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {items.map(
        (item, at) =>
          item && (
            <div key={at} className="contents">
              <dt className="text-muted">{item[0]}</dt>
              <dd className="min-w-0 [overflow-wrap:anywhere]">{item[1]}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

export interface Tab {
  href: string
  label: string
  /** Shown beside the label. */
  count?: ReactNode
}

/** Tabs that are routes: plain links, the current one marked by the address. */
export function Tabs({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  const locale = useLocale()
  return (
    <nav aria-label={label} className="border-line no-print mb-4 overflow-x-auto border-b">
      <ul className="flex gap-1">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <TabLink href={tab.href}>
              {tab.label}
              {tab.count !== undefined && (
                <span className="text-muted text-meta ml-1.5">
                  {typeof tab.count === 'number' ? count(tab.count, locale) : tab.count}
                </span>
              )}
            </TabLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
