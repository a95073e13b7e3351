import type { Relation } from '@/lib/catalog/types-relation'
import type { Sentence } from '../types'
import type { Attempt } from './arena'
import { ownerOf, type Move } from './booking'
import { assault, attempts, type Force } from './battery'
import { callable, callsOf, impersonates, settles } from './calls'
import { inventions } from './invent'
import type { Influence } from './influence'
import type { Raid, Statement } from './raid'
import { canaries } from './values'
import { isHidden } from './scope'

/** A second statement is tried after each first one that changed what decides. */
const light: Force = { rows: 2, statements: 14 }

/**
 * Stories of two steps: a session that gives itself a membership, edits its own profile, ends a block, calls a function
 * that changes its settings, and then looks again; until so many statements were executed.
 */
export async function chains(raid: Raid, influence: Influence, budget: number): Promise<void> {
  const until = raid.arena.attempts + budget * 1.2
  const firsts: First[] = []
  for (const relation of influence.deciders())
    firsts.push(await firstOn(raid, relation, influence.dependents(relation.id), 90))
  const levers: First[] = []
  for (const { relation, after } of influence.levers()) levers.push(await firstOn(raid, relation, after, 24))
  // What policies of other tables ask is more telling than what only a view shows.
  const tables = new Set<string>(raid.scope.tables.keys())
  const decides = ({ after }: First) => [...after].some((id) => tables.has(id))
  await each(raid, firsts.filter(decides), budget * 0.6)
  await each(
    raid,
    firsts.filter((first) => !decides(first)),
    budget * 0.2,
  )
  await each(raid, levers, budget * 0.2)
  await afterwards(raid)
  const everything = new Set<string>([
    ...raid.scope.targets.map(({ id }) => id),
    ...raid.scope.declaredRoutines,
  ])
  for (const routine of await callable(raid)) {
    const sets = settles(routine)
    if (!sets && !/\b(insert|update|delete|merge|execute)\b/i.test(routine.body ?? '')) continue
    for (const { sql } of callsOf(raid, routine, sets ? 24 : 10)) {
      if (raid.arena.attempts >= until) return
      await step(raid, routine.id, sql, everything, sets || impersonates(sql))
    }
  }
}

/** A row that the session gave to another tenant, or took from one: what else may it do to it? */
async function afterwards(raid: Raid): Promise<void> {
  const all = ['SELECT', 'UPDATE', 'DELETE'] as const
  for (const { id } of raid.scope.targets)
    for (const command of ['INSERT', 'UPDATE'] as const) {
      if (all.every((each) => raid.booking.has(id, raid.name, each))) break
      const [move, ...more] = raid.booking.told(id, raid.name, command)
      if (move && more.length === 0 && move.as === raid.identity)
        await step(raid, id, move.sql, new Set([id]))
    }
}

interface First {
  readonly id: string
  readonly after: ReadonlySet<string>
  readonly statements: readonly Statement[]
}

async function firstOn(
  raid: Raid,
  relation: Relation,
  after: ReadonlySet<string>,
  most: number,
): Promise<First> {
  const { insert } = await raid.rights.of(raid.identity.role, relation.id)
  const made = insert.length > 0 ? inventions(raid, relation, insert, 48) : []
  const tried = await attempts(raid, relation, { rows: 4, statements: most })
  const statements = [...made, ...tried].filter(({ command }) => command !== 'TRUNCATE')
  return { id: relation.id, after, statements }
}

/** The steps of all, those first that few depend on; none takes more than its share, which what others left makes larger. */
async function each(raid: Raid, firsts: readonly First[], budget: number): Promise<void> {
  const until = raid.arena.attempts + budget
  const sorted = [...firsts].sort((a, b) => a.after.size - b.after.size)
  for (const [at, { id, after, statements }] of sorted.entries()) {
    const share = (until - raid.arena.attempts) / (sorted.length - at)
    const end = raid.arena.attempts + share
    for (const { sql } of statements) {
      if (raid.arena.attempts >= end) break
      await step(raid, id, sql, after)
    }
  }
}

/** Takes one step and looks around. */
async function step(
  raid: Raid,
  target: string,
  sql: string,
  after: ReadonlySet<string>,
  sets = false,
): Promise<void> {
  const { arena } = raid
  const worth = ({ touched }: Attempt) => sets || touched.length > 0
  const done = await arena.stay(raid.identity, [sql], { continued: raid.before.length > 0, worth })
  try {
    if (done.refused || !worth(done)) return
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
  } finally {
    await arena.back()
  }
}

const describe = (count: number, target: string): Sentence => ({
  en: `succeeds on ${target} (${count})`,
  pt: `tem sucesso em ${target} (${count})`,
})

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
          effect: {
            en: `answers with a value of ${ownerOf(owner.row.tenant).en}`,
            pt: `responde com um valor de ${ownerOf(owner.row.tenant).pt}`,
          },
        },
      ])
      break
    }
  }
}
