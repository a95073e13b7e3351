import type { Client } from 'pg'
import type { Column, Relation } from '@/lib/catalog/types-relation'
import type { Domains } from '../schema/domain'
import { rowsOf } from './equalities'
import type { Draft } from '../schema/plan-rows'
import { taken } from '../session/quiet'
import type { Wish } from './solve'
import { text } from '../schema/statements'
import { canaries, canary } from '../schema/values'

/** The expression that a tenant is worked out by, where its column is generated: from a path, from a document. */
export const workedOut = (relation: Relation, domains: Domains): string | null =>
  relation.columns.find(({ name, generated }) => generated && domains.isTenant(relation, name))?.default ??
  null

/** Gives one column a value that the tenant can be worked out of, where one of the usual forms does: a path that begins with it. */
export async function sayTenant(
  client: Client,
  domains: Domains,
  relation: Relation,
  { whose, tenant }: { readonly whose: string; readonly tenant: string },
  wishes: readonly Wish[],
): Promise<void> {
  const columns = relation.columns.filter(({ generated }) => !generated)
  const [plain] = wishes
  if (!plain) return
  for (const column of columns.filter(({ name }) => tenant.includes(name)))
    for (const value of naming(domains, whose, relation, column)) {
      const draft: Draft = new Map([...plain.draft, [column.name, value]])
      const sql = `select 1 / (coalesce((${tenant})::text = ${text(whose)}, false))::int from ${rowsOf(columns, [draft])}`
      if (!(await taken(client, sql))) continue
      wishes.forEach((wish, at) => {
        if (wish.plan.special.has(column.name)) return
        const own = value.replaceAll(canaries, canary(80_000 + 97 * wishes.length + at))
        wish.draft.set(column.name, own)
      })
      return
    }
}

/** Values that hold a tenant, those first that each row may have its own of. */
function naming(domains: Domains, whose: string, relation: Relation, column: Column): string[] {
  const found = domains
    .candidates(relation, column, 90_001)
    .flatMap((value) => (value?.includes(whose) ? [value] : []))
  const isOwn = (value: string) => value.search(canaries) >= 0
  return [...found.filter(isOwn), ...found.filter((value) => !isOwn(value))]
}
