import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import type { Snapshot } from '@/lib/catalog/types'
import { qualified } from '@/lib/rules/identity'

/** A node of the parser's tree, whose shape depends on its kind. */
export type Node = Readonly<Record<string, unknown>>

export const nodeOf = (value: unknown): Node => (value ?? {}) as Node
export const nodesOf = (value: unknown): Node[] => (value ?? []) as Node[]
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The texts of a list of String nodes, also when it is wrapped in a List node. */
export function names(value: unknown): string[] {
  const list = Array.isArray(value) ? value : nodesOf(nodeOf(nodeOf(value)['List'])['items'])
  return (list as Node[]).map((each) => textOf(nodeOf(each['String'])['sval']))
}

/** `schema.name`, as the snapshot's ids are written. */
export function rangeId(value: unknown): string {
  const range = nodeOf(nodeOf(value)['RangeVar'] ?? value)
  return qualified(textOf(range['schemaname']) || 'public', textOf(range['relname']))
}

/** Role names of RoleSpec nodes; `null` is PUBLIC. Undefined when one is not named (CURRENT_USER). */
export function roles(value: unknown): (string | null)[] | undefined {
  const found: (string | null)[] = []
  for (const each of nodesOf(value)) {
    const role = nodeOf(each['RoleSpec'] ?? each)
    if (role['roletype'] === 'ROLESPEC_PUBLIC') found.push(null)
    else if (role['roletype'] === 'ROLESPEC_CSTRING') found.push(textOf(role['rolename']))
    else return undefined
  }
  return found
}

export const relationOf = (snapshot: Snapshot, id: string): Relation | undefined =>
  snapshot.relations.find((each) => qualified(each.schema, each.name) === id || each.id === id)

/** The routine that a statement names: fixes write it as the snapshot's id, the longest that is found is meant. */
export const routineOf = (snapshot: Snapshot, sql: string): Routine | undefined =>
  snapshot.routines
    .filter((each) => sql.includes(each.id))
    .reduce<Routine | undefined>(
      (best, each) => (best && best.id.length >= each.id.length ? best : each),
      undefined,
    )
