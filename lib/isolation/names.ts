import type { Snapshot } from '@/lib/catalog/types'
import { findRelation } from '@/lib/rules/tenants'

const aliases: Readonly<Record<string, string>> = {
  int: 'integer',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  bool: 'boolean',
  varchar: 'character varying',
  char: 'character',
  bpchar: 'character',
  decimal: 'numeric',
  float4: 'real',
  float8: 'double precision',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  timetz: 'time with time zone',
  time: 'time without time zone',
}

/**
 * The id of a relation, or of a function with its argument types, by the name a person wrote: quoted or raw, types by
 * their aliases (`c.search(varchar, int)`). `null` when the snapshot has none.
 */
export function namedRelation(snapshot: Snapshot, name: string): string | null {
  const relation = findRelation(snapshot, name)
  if (relation) return relation.id
  const wanted = spelled(name)
  return (
    snapshot.routines.find((routine) => routine.id === name || spelled(routine.id) === wanted)?.id ??
    snapshot.routines.find((routine) => spelled(raw(routine.id)) === wanted)?.id ??
    null
  )
}

/** Functions by their ids as a configuration names them, where it spells their types in another way (`c.search(int)`). */
export const functionsAsWritten = (
  snapshot: Snapshot,
  names: readonly string[],
): ReadonlyMap<string, string> =>
  new Map(
    names.flatMap((name) => {
      const id = namedRelation(snapshot, name)
      return id !== null && id !== name && isRoutine(id) && partsOfId(name).schema !== '' ? [[id, name]] : []
    }),
  )

/** A name with its types spelled as the server spells them, without spaces after commas. */
function spelled(name: string): string {
  const at = name.indexOf('(')
  if (at < 0) return name
  const types = name.slice(at + 1, name.lastIndexOf(')'))
  return `${name.slice(0, at)}(${types.split(',').map(typeName).join(',')})`
}

function typeName(type: string): string {
  const [, base = '', array = ''] = /^(.*?)((?:\[\])*)$/s.exec(type.trim()) ?? []
  const plain = base.trim().replace(/^pg_catalog\./, '')
  return `${aliases[plain.toLowerCase()] ?? plain}${array}`
}

const raw = (id: string) => id.replaceAll('"', '')

/** Is it a function's id? */
export const isRoutine = (relation: string): boolean => relation.endsWith(')')

/** The two parts of an id, raw: a function keeps its argument types in its name. */
export function partsOfId(id: string): { readonly schema: string; readonly name: string } {
  const found = /^(?:"((?:[^"]|"")+)"|([^".]+))\.(.*)$/s.exec(id)
  if (!found) return { schema: '', name: id }
  const [, quoted, plain, rest = ''] = found
  const name = isRoutine(rest)
    ? rest.replace(/^"((?:[^"]|"")+)"(?=\()/, (_, inner: string) => inner.replaceAll('""', '"'))
    : rest.replace(/^"((?:[^"]|"")+)"$/s, (_, inner: string) => inner.replaceAll('""', '"'))
  return { schema: quoted?.replaceAll('""', '"') ?? plain ?? '', name }
}
