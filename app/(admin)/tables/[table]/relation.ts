import { cache } from 'react'
import { notFound } from 'next/navigation'
import type { Relation } from '@/lib/catalog/types-relation'
import { currentScan } from '@/lib/rules/current'
import { requirePrincipal } from '@/lib/session/principal'
import { segment } from '@/lib/url/paths'

/** The relation an address names, with the scan it is in; a 404 when the database looked at has none of that name. */
export const namedRelation = cache(async (encoded: string) => {
  const principal = await requirePrincipal('catalog:read')
  const id = segment(encoded)
  const scan = await currentScan(principal.database)
  const relation: Relation | undefined = scan.snapshot.relations.find((each) => each.id === id)
  if (!relation) notFound()
  return { relation, scan, principal }
})
