import type { Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'

/** Made-up identities of the right type, the same every time; never read from the rows of a database. */
export interface Made {
  readonly a: string
  readonly b: string
}

const uuids = {
  tenant: { a: 'a0000000-0000-4000-8000-00000000000a', b: 'b0000000-0000-4000-8000-00000000000b' },
  user: { a: '10000000-0000-4000-8000-000000000001', b: '20000000-0000-4000-8000-000000000002' },
}

/**
 * Two values for a column that names a tenant or a user: what its enum or a CHECK allows, else made up by type.
 * `null` when the type is none that can be made up.
 */
export function makeValues(
  snapshot: Snapshot,
  relation: Relation | undefined,
  column: string | undefined,
  of: 'tenant' | 'user',
): Made | null {
  const found = relation?.columns.find(({ name }) => name === column)
  if (!found) return uuids[of]
  const type = found.baseType
  const listed = snapshot.enums.find(({ id }) => id === type)?.values ?? literalsOf(relation, found.name)
  const [a, b] = [...new Set(listed)]
  if (a !== undefined && b !== undefined) return { a, b }
  if (type === 'uuid') return uuids[of]
  if (/^(bigint|integer|smallint|numeric)/.test(type))
    return of === 'tenant' ? { a: '4101', b: '4202' } : { a: '5101', b: '5202' }
  if (/^(text|character|varchar|citext|name)/.test(type) || type.endsWith('citext'))
    return of === 'tenant' ? { a: 'tenant-a', b: 'tenant-b' } : { a: 'user-a', b: 'user-b' }
  return null
}

/** Texts that a CHECK on this one column allows, as `clinic = any (array['north', 'south'])`. */
function literalsOf(relation: Relation | undefined, column: string): readonly string[] {
  const checks = relation?.constraints.filter(
    ({ kind, columns, expression }) =>
      kind === 'check' && columns.length === 1 && columns[0] === column && expression !== null,
  )
  return (checks ?? [])
    .filter(({ expression }) => / = ANY \(+ARRAY\[/i.test(expression ?? ''))
    .flatMap(({ expression }) => [...(expression ?? '').matchAll(/'((?:[^']|'')+)'/g)])
    .map(([, text]) => (text ?? '').replaceAll("''", "'"))
}
