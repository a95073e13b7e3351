import { reason, type Reason } from './reason'
import { roleGraph, type RoleGraph } from './memberships'
import type { Command, Grant, Snapshot } from './types'
import type { Relation } from './types-relation'
import type { Schema } from './types-server'

/** Why a role has a privilege; null when it has not. */
export type Held = readonly Reason[] | null

/** The columns a statement touches, where a table is reached through a view. */
export interface Columns {
  readonly all?: readonly string[]
  readonly any?: readonly string[]
}

const predefined: Readonly<Record<Command, string>> = {
  SELECT: 'pg_read_all_data',
  INSERT: 'pg_write_all_data',
  UPDATE: 'pg_write_all_data',
  DELETE: 'pg_write_all_data',
}

// Thousands of relations share one list of grants, and a list belongs to one snapshot: the answer is kept with it.
const kept = new WeakMap<
  readonly Grant[],
  Map<string, { grantee: string | null; chain: readonly string[] } | null>
>()

/** The grant by which `role` has the privilege: its own first, then by the shortest membership, then PUBLIC. */
function granted(graph: RoleGraph, grants: readonly Grant[], role: string, privilege: string) {
  let answers = kept.get(grants)
  if (!answers) kept.set(grants, (answers = new Map()))
  const key = `${role} ${privilege}`
  let answer = answers.get(key)
  if (answer === undefined) answers.set(key, (answer = find(graph, grants, role, privilege)))
  return answer
}

function find(graph: RoleGraph, grants: readonly Grant[], role: string, privilege: string) {
  const inherited = graph.inherited(role)
  let best: { grantee: string | null; chain: readonly string[] } | null = null
  for (const grant of grants) {
    if (grant.privilege !== privilege) continue
    const chain = grant.grantee === null ? [role] : inherited.get(grant.grantee)
    if (!chain) continue
    if (!best || (best.grantee === null && grant.grantee !== null) || chain.length < best.chain.length) {
      if (grant.grantee !== null || !best) best = { grantee: grant.grantee, chain }
    }
  }
  return best
}

/** `pg_class_aclcheck` and, where only columns are granted, `pg_attribute_aclcheck`. */
export function holdsOnRelation(
  snapshot: Snapshot,
  relation: Relation,
  role: string,
  command: Command,
  /** Columns that must be covered, all of them or any; without them any column of the relation will do. */
  { all = [], any = [] }: Columns = {},
): Held {
  const graph = roleGraph(snapshot)
  if (graph.roles.get(role)?.superuser) return [reason({ kind: 'superuser', role })]
  const whole = granted(graph, relation.grants, role, command)
  if (whole) return [reason({ kind: 'grant', privilege: command, on: relation.id, ...whole })]
  const chain = graph.inherited(role).get(predefined[command])
  if (chain) return [reason({ kind: 'predefined-role', privilege: command, on: relation.id, chain })]
  if (command === 'DELETE') return null
  const some = relation.columns.filter(
    (column) => column.grants.length > 0 && granted(graph, column.grants, role, command),
  )
  const names = some.map((column) => column.name)
  if (names.length === 0 || !all.every((column) => names.includes(column))) return null
  if (any.length > 0 && !any.some((column) => names.includes(column))) return null
  return [reason({ kind: 'column-grant', privilege: command, on: relation.id, columns: names })]
}

const usages = new WeakMap<Schema, Map<string, Held>>()

/** USAGE of the schema, without which the relation cannot even be named. */
export function holdsOnSchema(snapshot: Snapshot, schema: Schema | undefined, role: string): Held {
  if (!schema) return null
  let known = usages.get(schema)
  if (!known) usages.set(schema, (known = new Map()))
  let held = known.get(role)
  if (held === undefined) known.set(role, (held = usage(roleGraph(snapshot), schema, role)))
  return held
}

function usage(graph: RoleGraph, schema: Schema, role: string): Held {
  if (graph.roles.get(role)?.superuser) return [reason({ kind: 'superuser', role })]
  const found = granted(graph, schema.grants, role, 'USAGE')
  if (found) return [reason({ kind: 'grant', privilege: 'USAGE', on: schema.id, ...found })]
  const inherited = graph.inherited(role)
  const chain = inherited.get('pg_read_all_data') ?? inherited.get('pg_write_all_data')
  return chain ? [reason({ kind: 'predefined-role', privilege: 'USAGE', on: schema.id, chain })] : null
}
