import type { Relation } from '@/lib/catalog/types-relation'
import type { RoutineId, Snapshot } from '@/lib/catalog/types'
import type { Routine } from '@/lib/catalog/types-object'
import type { Config } from '@/lib/config/schema'
import { tokens } from './tokens'
import { findRelation } from './tenants'

/** Where the audit trail is and which functions write it: by what they write to, never by a name of theirs. */
export interface AuditFacts {
  /** Tables that hold the log, partitions included. */
  readonly logs: ReadonlySet<Relation>
  /** Trigger functions that write to a log, directly or through a function they call. */
  readonly functions: ReadonlySet<RoutineId>
  /** Every function that writes to a log. */
  readonly writers: ReadonlySet<RoutineId>
  /** Trigger functions whose body could not be read (C, dynamic SQL): they may be audit functions. */
  readonly opaque: ReadonlySet<RoutineId>
}

const logWords = new Set(
  'audit audits auditing auditoria auditorias trilha trail ledger log logs logged history historico journal'.split(
    ' ',
  ),
)
const surely = new Set('audit audits auditoria auditorias'.split(' '))
const shape = new Set(
  (
    'action acao operation operacao op event evento tg_op table_name tabela entity entidade resource relation object record_id row_id ' +
    'old_values new_values old_data new_data old new before after changes changed_fields diff row_data payload ' +
    'actor actor_id actor_role changed_by performed_by usuario user_id at occurred_at changed_at logged_at action_tstamp ip_address'
  ).split(' '),
)

/** Finds the log tables and their writers. Bodies are read with comments removed; names resolve as the function would. */
export function auditFactsOf(snapshot: Snapshot, config: Config, governed: ReadonlySet<string>): AuditFacts {
  const tables = snapshot.relations.filter((r) => r.kind === 'table' || r.kind === 'partitioned')
  const resolve = resolver(snapshot)
  const writes = new Map<RoutineId, Set<Relation>>()
  const calls = new Map<RoutineId, ReadonlySet<string>>()
  const opaque = new Set<RoutineId>()
  const byName = new Map<string, Routine[]>()
  const bodies = new Map<string, ReturnType<typeof scanBody>>()
  for (const routine of snapshot.routines) {
    if (routine.extension !== null || routine.schema.startsWith('pg_')) continue
    const full = `${routine.schema}.${routine.name}`
    byName.set(full, [...(byName.get(full) ?? []), routine])
    if (routine.body === null) {
      if (routine.returns === 'trigger') opaque.add(routine.id)
      continue
    }
    const seen = bodies.get(routine.body) ?? scanBody(routine.body)
    bodies.set(routine.body, seen)
    const targets = new Set<Relation>()
    for (const name of seen.inserts) for (const relation of resolve(name, routine)) targets.add(relation)
    writes.set(routine.id, targets)
    calls.set(routine.id, seen.calls)
    if (routine.returns === 'trigger' && seen.dynamic && targets.size === 0) opaque.add(routine.id)
  }

  const logs = new Set<Relation>()
  if (config.audit?.logs) {
    for (const name of config.audit.logs) {
      const relation = findRelation(snapshot, name)
      if (relation) for (const base of baseTables(snapshot, relation)) logs.add(base)
    }
  } else {
    const writtenByTrigger = new Set<Relation>()
    for (const routine of snapshot.routines)
      if (routine.returns === 'trigger')
        for (const relation of reachedWrites(routine, writes, calls, byName)) writtenByTrigger.add(relation)
    for (const table of tables) {
      if (table.extension !== null || !governed.has(table.schema)) continue
      const name = [...tokens(table.schema), ...tokens(table.name)]
      if (!name.some((word) => logWords.has(word))) continue
      const shaped = table.columns.filter((column) => shape.has(column.name.toLowerCase())).length
      if (writtenByTrigger.has(table) ? shaped >= 1 : shaped >= 2 && name.some((word) => surely.has(word)))
        logs.add(table)
    }
  }
  for (const table of tables) if (table.isPartition && hasParentIn(table, logs)) logs.add(table)

  const writers = new Set<RoutineId>()
  const named = new Set(config.audit?.functions ?? [])
  for (const routine of snapshot.routines) {
    const reached = reachedWrites(routine, writes, calls, byName)
    if (named.has(`${routine.schema}.${routine.name}`) || [...reached].some((relation) => logs.has(relation)))
      writers.add(routine.id)
  }
  const functions = new Set(
    snapshot.routines.filter((r) => r.returns === 'trigger' && writers.has(r.id)).map((r) => r.id),
  )
  return { logs, writers, functions, opaque }
}

function hasParentIn(table: Relation, logs: ReadonlySet<Relation>): boolean {
  return [...logs].some((log) => table.parents.includes(log.id))
}

/** What a function inserts into, itself and through functions it calls, three levels deep. */
function reachedWrites(
  routine: Routine,
  writes: ReadonlyMap<RoutineId, ReadonlySet<Relation>>,
  calls: ReadonlyMap<RoutineId, ReadonlySet<string>>,
  byName: ReadonlyMap<string, readonly Routine[]>,
): ReadonlySet<Relation> {
  const found = new Set<Relation>()
  const seen = new Set<RoutineId>()
  const visit = (id: RoutineId, schema: string, depth: number) => {
    if (seen.has(id) || depth > 3) return
    seen.add(id)
    for (const relation of writes.get(id) ?? []) found.add(relation)
    for (const name of calls.get(id) ?? [])
      for (const called of byName.get(name.includes('.') ? name : `${schema}.${name}`) ?? [])
        visit(called.id, called.schema, depth + 1)
  }
  visit(routine.id, routine.schema, 0)
  return found
}

const part = String.raw`(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`
const insertInto = new RegExp(
  String.raw`\b(?:insert\s+into|merge\s+into)\s+(?:only\s+)?(${part}(?:\s*\.\s*${part})?)`,
  'giu',
)
const called = new RegExp(String.raw`(${part}(?:\s*\.\s*${part})?)\s*\(`, 'gu')

/** Names a body inserts into and calls; names come unquoted as `schema.name` or `name`. */
export function scanBody(body: string): {
  inserts: ReadonlySet<string>
  calls: ReadonlySet<string>
  dynamic: boolean
} {
  const text = withoutComments(body)
  const inserts = new Set([...text.matchAll(insertInto)].map((match) => unquote(match[1] ?? '')))
  const calls = new Set([...text.matchAll(called)].map((match) => unquote(match[1] ?? '')))
  return { inserts, calls, dynamic: /\bexecute\s+(?!function|procedure)/i.test(text) }
}

/** A body without its comments; strings stay. */
export function withoutComments(body: string): string {
  return body.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (match) =>
    match.startsWith("'") ? match : ' ',
  )
}

const unquote = (name: string) =>
  name
    .match(new RegExp(part, 'gu'))
    ?.map((piece) => (piece.startsWith('"') ? piece.slice(1, -1).replaceAll('""', '"') : piece.toLowerCase()))
    .join('.') ?? name

/** Resolves a name as a function would: its own search_path, then its schema and public; views lead to their tables. */
function resolver(snapshot: Snapshot): (name: string, routine: Routine) => readonly Relation[] {
  const byName = new Map(
    snapshot.relations.map((relation) => [`${relation.schema}.${relation.name}`, relation]),
  )
  return (name, routine) => {
    const path = (routine.settings['search_path'] ?? '')
      .split(',')
      .map((word) => word.trim().replace(/^"|"$/g, ''))
    const schemas = name.includes('.') ? [] : [...path, routine.schema, 'public']
    const relation =
      byName.get(name) ?? schemas.map((schema) => byName.get(`${schema}.${name}`)).find((found) => found)
    return relation ? baseTables(snapshot, relation) : []
  }
}

function baseTables(snapshot: Snapshot, relation: Relation): readonly Relation[] {
  if (relation.kind !== 'view') return [relation]
  return relation.reads.flatMap((use) =>
    snapshot.relations.filter((r) => r.id === use.relation && r.kind !== 'view'),
  )
}
