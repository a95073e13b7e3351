import type { Command } from '@/lib/catalog/types'
import type { Relation } from '@/lib/catalog/types-relation'
import { and, type Formula } from './logic/formula'
import { anyOrNull } from './expression/any-or-null'
import { compileLater, later } from './expression/later'
import { typed } from './expression/operate'
import type { Context, Read, Row } from './problem'
import { anyRowOf, expressionOf, plainContext } from './query/rows'
import { letsThrough, policiesFor } from './row-security'
import { beforeTriggers } from './change/triggers'
import { nullOf, ofTerm, type Value } from './logic/value'

/** A thing that stands between a session and a row, or lets it through. */
export interface Door {
  readonly kind: string
  readonly name: string
}

/** One way in which a statement reads, makes, changes or removes a row. */
export interface Way {
  readonly old: Row | null
  readonly new: Row | null
  readonly when: Formula
  /** When a row that is removed is found, whatever triggers then say; as long as it is there where nothing is told. */
  readonly found?: Formula
  readonly doors: readonly Door[]
  /** Rows of tenants that the result depends on beside it. */
  readonly reads?: readonly Read[]
}

export const policyDoors = (relation: Relation, command: Command, context: Context): readonly Door[] =>
  policiesFor(relation, command, context.problem.world.power(context.as)).map((each) => ({
    kind: 'policy',
    name: `${each.name} on ${relation.id}`,
  }))

/** What a role may do to a table by a statement of its own that reads nothing, which asks the fewest policies. */
export function tableWays(
  relation: Relation,
  command: Command | 'TRUNCATE',
  context: Context,
): readonly Way[] {
  const { world } = context.problem
  if (!world.mayUse(context.as, relation.schema)) return []
  if (command !== 'TRUNCATE' && replaced(relation, command, context)) return []
  switch (command) {
    case 'SELECT': {
      if (world.mayColumns(context.as, relation, 'SELECT').size === 0) return []
      const row = anyRowOf(context.problem, relation, 'old')
      return [
        {
          old: row,
          new: null,
          when: letsThrough(relation, row, 'SELECT', 'using', context),
          doors: policyDoors(relation, command, context),
        },
      ]
    }
    case 'INSERT':
      return insertWays(relation, world.mayColumns(context.as, relation, 'INSERT'), context)
    case 'UPDATE':
      return updateWays(relation, world.mayColumns(context.as, relation, 'UPDATE'), context)
    case 'DELETE': {
      if (!world.may(context.as, relation, 'DELETE')) return []
      const row = anyRowOf(context.problem, relation, 'old')
      const through = letsThrough(relation, row, 'DELETE', 'using', context)
      return [
        {
          old: row,
          new: null,
          when: and(through, beforeTriggers(relation, 'delete', row, null, context).when),
          found: through,
          doors: policyDoors(relation, command, context),
        },
      ]
    }
    case 'TRUNCATE': {
      if (!mayTruncate(relation, context)) return []
      const row = anyRowOf(context.problem, relation, 'old')
      const fires = beforeTriggers(relation, 'truncate', null, null, context)
      return [
        {
          old: row,
          new: null,
          when: and(row.exists, fires.when),
          doors: [{ kind: 'grant', name: `TRUNCATE on ${relation.id}` }],
        },
      ]
    }
  }
}

/** TRUNCATE takes along the tables that refer to this one, or refuses. */
function mayTruncate(relation: Relation, context: Context, seen: ReadonlySet<string> = new Set()): boolean {
  const { world } = context.problem
  if (relation.kind !== 'table' && relation.kind !== 'partitioned') return false
  if (!world.may(context.as, relation, 'TRUNCATE')) return false
  const next = new Set([...seen, relation.id as string])
  return world.snapshot.relations.every(
    (each) =>
      next.has(each.id) ||
      !each.constraints.some((one) => one.references?.relation === relation.id) ||
      mayTruncate(each, context, next),
  )
}

/** A rule that does something else INSTEAD, whatever the row; COPY, which who sends any SQL may use, sets off none. */
const replaced = (relation: Relation, command: Command, { problem: { world, session } }: Context) =>
  relation.kind !== 'view' &&
  !(command === 'INSERT' && session.threat === 'sql') &&
  relation.rules.some(
    (rule) =>
      rule.instead &&
      !world.unsure.has(rule) &&
      rule.event === command &&
      (rule.enabled === 'origin' || rule.enabled === 'always') &&
      !/\bWHERE\b[\s\S]*\bDO INSTEAD\b/i.test(rule.definition ?? 'WHERE DO INSTEAD'),
  )

/** What a column holds when nobody gives it a value. */
export function defaultOf(relation: Relation, name: string, context: Context): Value {
  const column = relation.columns.find((each) => each.name === name)
  if (!column || column.generated) return nullOf(null)
  if (column.identity) return ofTerm(context.problem.free(`identity ${name}`, column.baseType))
  const text = column.default ?? ofDomain(column.type, context)
  const node = text ? expressionOf(text) : null
  if (!node) return text ? anyOrNull(context.problem, name, column.baseType) : nullOf(column.baseType)
  const plain = { ...plainContext(context.problem, context.user), settings: context.settings }
  const value = compileLater(node, plain)
  return later(context.problem, () => typed(context, value, column.baseType))
}

/** The default of a domain, or of the one it stands on. */
function ofDomain(type: string, context: Context): string | null {
  const found = (context.problem.world.snapshot.types ?? []).find(({ id }) => id === type)
  if (found?.shape.kind !== 'domain') return null
  return found.shape.default ?? ofDomain(found.shape.base, context)
}

export function insertWays(
  relation: Relation,
  columns: ReadonlySet<string>,
  context: Context,
): readonly Way[] {
  if (columns.size === 0) return []
  const given = new Map<string, Value>()
  for (const column of relation.columns) {
    if (!columns.has(column.name) && !column.generated) {
      given.set(column.name, defaultOf(relation, column.name, context))
    }
  }
  return written(relation, null, given, 'INSERT', context)
}

export function updateWays(
  relation: Relation,
  columns: ReadonlySet<string>,
  context: Context,
): readonly Way[] {
  if (columns.size === 0) return []
  const old = anyRowOf(context.problem, relation, 'old')
  const given = new Map<string, Value>()
  for (const column of relation.columns) {
    if (!columns.has(column.name) && !column.generated) given.set(column.name, old.columns.get(column.name)!)
  }
  const through = letsThrough(relation, old, 'UPDATE', 'using', context)
  return written(relation, old, given, 'UPDATE', context).map((way) => ({
    ...way,
    when: and(through, way.when),
  }))
}

/** The rows that a statement writes: what it gives, what triggers make of it, what constraints and policies leave. */
export function written(
  relation: Relation,
  old: Row | null,
  given: ReadonlyMap<string, Value>,
  command: 'INSERT' | 'UPDATE',
  context: Context,
): readonly Way[] {
  const { problem } = context
  const asked = new Map(given)
  const event = command === 'INSERT' ? 'insert' : 'update'
  const fires = beforeTriggers(relation, event, old, asked, context)
  const row = anyRowOf(problem, relation, 'new', { given: fires.columns ?? asked })
  const check = letsThrough(relation, row, command, 'check', context)
  return [
    {
      old,
      new: row,
      when: and(fires.when, check),
      doors: [...policyDoors(relation, command, context), ...fires.doors],
    },
  ]
}
