import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { count } from '@/lib/format/format'

/** Where one can go from here; an absent address is a greyed word. `kind` chooses Newest/Newer/Older or First/Previous/Next. */
export interface PagerProps {
  kind: 'keyset' | 'offset'
  first?: string | null
  previous?: string | null
  next?: string | null
  /** "Rows 1–50 of 142", "Rows 51–100 · more below". */
  children: ReactNode
}

/** Pages of a list; put one above and one below the table. */
export function Pager({ kind, first, previous, next, children }: PagerProps) {
  const t = useTranslations('shell.list')
  const words =
    kind === 'keyset' ? (['newest', 'newer', 'older'] as const) : (['first', 'previous', 'next'] as const)
  return (
    <div
      role="group"
      aria-label={t('pager')}
      className="no-print my-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-1"
    >
      <p className="text-muted text-meta">{children}</p>
      <p className="flex gap-1">
        <Step href={first}>{t(words[0])}</Step>
        <Step href={previous}>‹ {t(words[1])}</Step>
        <Step href={next}>{t(words[2])} ›</Step>
      </p>
    </div>
  )
}

function Step({ href, children }: { href: string | null | undefined; children: ReactNode }) {
  const box = 'rounded-control px-2 py-1'
  if (!href) {
    return (
      <span className={`${box} text-muted`} aria-disabled="true">
        {children}
      </span>
    )
  }
  return (
    <Link href={href as Route} prefetch={false} className={`${box} link hover:bg-sunken no-underline`}>
      {children}
    </Link>
  )
}

/** The pager of a list whose length is known; `page` counts from 1. Nothing when everything fits. */
export function OffsetPager({
  page,
  size,
  total,
  href,
}: {
  page: number
  size: number
  total: number
  href: (page: number) => string
}) {
  const t = useTranslations('shell.list')
  const locale = useLocale()
  const pages = Math.max(1, Math.ceil(total / size))
  const here = Math.min(page, pages)
  const from = total === 0 ? 0 : (here - 1) * size + 1
  const range = t('rangeOf', {
    from: count(from, locale),
    to: count(Math.min(here * size, total), locale),
    total: count(total, locale),
  })
  if (pages === 1) return <p className="text-muted text-meta my-2">{range}</p>
  return (
    <Pager
      kind="offset"
      first={here > 1 ? href(1) : null}
      previous={here > 1 ? href(here - 1) : null}
      next={here < pages ? href(here + 1) : null}
    >
      {range}
    </Pager>
  )
}
