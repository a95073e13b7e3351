import { useLocale } from 'next-intl'
import { count, percent } from '@/lib/format/format'
import { decidedScan } from '@/lib/isolation/stored/decided'
import type { Principal } from '@/lib/session/principal'

/** The figure beside a page's name. Nothing when the catalog cannot be read: the page itself says why. */
export async function NavCount({ principal, page }: { principal: Principal; page: string }) {
  const scan = await decidedScan(principal).catch(() => null)
  return scan && <Figure scan={scan} page={page} />
}

function Figure({ scan, page }: { scan: Awaited<ReturnType<typeof decidedScan>>; page: string }) {
  const locale = useLocale()
  const figure = figureOf(scan, page, locale)
  return figure === null ? null : <span className="text-muted text-meta">{figure}</span>
}

function figureOf(
  { facts, result }: Awaited<ReturnType<typeof decidedScan>>,
  page: string,
  locale: string,
): string | null {
  if (page === 'tables') return count(facts.roots.length, locale)
  if (page === 'indexes')
    return count(
      facts.governed.reduce((sum, table) => sum + table.indexes.length, 0),
      locale,
    )
  if (page === 'findings')
    return count(result.findings.filter((finding) => finding.waiver === null).length, locale)
  if (page === 'coverage') {
    const isolation = result.score.measures.find((measure) => measure.id === 'isolation')
    return isolation && isolation.total > 0 ? percent(isolation.covered, isolation.total, locale) : null
  }
  return null
}
