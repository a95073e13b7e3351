import type { Move } from './booking'
import { assault, attempts, type Force } from './battery'
import { callable, callsOf, settles } from './calls'
import { inventions } from './invent'
import type { Influence } from './influence'
import type { Raid, Statement } from './raid'
import { canaries } from './values'
import { isHidden } from './scope'

/** A second statement is tried after each first one that changed what decides. */
const light: Force = { rows: 2, statements: 14 }

/**
 * Stories of two steps: a session that gives itself a membership, edits its own profile, ends a block, calls a function
 * that changes its settings, and then looks again.
 */
export async function chains(raid: Raid, influence: Influence, budget: number): Promise<void> {
  let left = budget
  for (const relation of influence.deciders()) {
    if (left <= 0) return
    const after = influence.dependents(relation.id)
    const { insert } = await raid.rights.of(raid.identity.role, relation.id)
    const made = insert.length > 0 ? inventions(raid, relation, insert, 48) : []
    const tried = await attempts(raid, relation, { rows: 4, statements: 90 })
    for (const { sql } of spreadOut([...made, ...tried])) {
      if (left <= 0) break
      left -= await step(raid, relation.id, sql, after)
    }
  }
  for (const routine of await callable(raid)) {
    if (left <= 0) return
    const body = routine.body ?? ''
    const sets = settles(routine)
    const writes = /\b(insert|update|delete|merge|execute)\b/i.test(body)
    if (!sets && !writes) continue
    const after = new Set<string>([...raid.scope.targets.map(({ id }) => id), ...raid.scope.declaredRoutines])
    for (const { sql } of callsOf(raid, routine, sets ? 24 : 10)) {
      if (left <= 0) break
      left -= await step(raid, routine.id, sql, after, sets)
    }
  }
}

const spreadOut = (statements: readonly Statement[]) =>
  statements.filter(({ command }) => command !== 'TRUNCATE')

/** Takes one step and looks around; how many statements that cost, in tens. */
async function step(
  raid: Raid,
  target: string,
  sql: string,
  after: ReadonlySet<string>,
  sets = false,
): Promise<number> {
  const { arena } = raid
  const done = await arena.stay(raid.identity, [sql], { continued: raid.before.length > 0 })
  try {
    if (done.refused || (!sets && done.touched.length === 0)) return 1
    const move: Move = { as: raid.identity, sql, effect: describe(done.count, target) }
    const next = raid.after(move)
    let crossed = false
    for (const relation of raid.scope.targets) {
      if (!after.has(relation.id)) continue
      const had = raid.booking.has(relation.id, raid.name, 'SELECT')
      if (!had && (await next.read(relation))) crossed = true
    }
    const cost = after.size * 2
    if (crossed || sets || raid.booking.spend(raid.name, cost))
      for (const relation of raid.scope.targets)
        if (after.has(relation.id) && relation.kind !== 'matview') await assault(next, relation, light)
    await callAgain(next, after)
    return 3
  } finally {
    await arena.back()
  }
}

const describe = (count: number, target: string) => `succeeds on ${target} (${count})`

/** Functions that decide by what was changed: does one now tell a value of a hidden row? */
async function callAgain(raid: Raid, after: ReadonlySet<string>): Promise<void> {
  for (const routine of await callable(raid)) {
    if (!after.has(routine.id) || raid.booking.has(routine.id, raid.name, 'SELECT')) continue
    for (const { sql, asked } of callsOf(raid, routine, 6)) {
      const attempt = await raid.write(routine.id, { sql: asked, command: null })
      if (!attempt || attempt.refused) continue
      const shown = JSON.stringify(attempt.rows)
        .match(canaries)
        ?.find((each) => !sql.includes(each))
      const owner = shown === undefined ? null : raid.ownerOf(shown)
      if (!owner || !isHidden(owner.row.tenant, raid.identity.principal, raid.scope.setup)) continue
      raid.book(sql, [
        {
          relation: routine.id,
          command: 'SELECT',
          channel: 'row',
          row: {},
          tenant: owner.row.tenant,
          table: owner.table,
          effect: `answers with a value of tenant ${owner.row.tenant}`,
        },
      ])
      break
    }
  }
}
