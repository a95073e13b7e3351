import type { ReactNode } from 'react'
import { PageHeader } from '@/components/page'
import { CatalogError } from '@/lib/catalog/error'
import { decidedScan } from '@/lib/isolation/stored/decided'
import type { Principal } from '@/lib/session/principal'
import { DatabaseAway } from './database-away'
import { StaleNotice } from './stale-notice'

export type Scan = Awaited<ReturnType<typeof decidedScan>>

/**
 * A page over the scan of the database looked at. When the catalog cannot be read the page keeps its title and says
 * why; when only an older read is at hand it says so above it.
 */
export async function WithScan({
  principal,
  title,
  children,
}: {
  principal: Principal
  title: string
  children: (scan: Scan) => ReactNode
}) {
  const scan = await decidedScan(principal).catch((error: unknown) => {
    if (error instanceof CatalogError) return error
    throw error
  })
  if (scan instanceof CatalogError) {
    return (
      <>
        <PageHeader title={title} facts={principal.database} />
        <DatabaseAway principal={principal} error={scan} />
      </>
    )
  }
  return (
    <>
      <StaleNotice current={scan.current} />
      {children(scan)}
    </>
  )
}
