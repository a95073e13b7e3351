import { literal } from '@/lib/clone/spelling'
import type { Sentence } from '../../types'
import { redefines, type Attempt } from '../observe/arena'
import { assault, type Force } from './battery'
import { beside } from './beside'
import { named, ownerOf, type Move } from '../observe/booking'
import { callable, callsOf } from '../calls/calls'
import { compare } from '../calls/dependence'
import { lookOf } from '../calls/looks'
import type { Influence } from '../schema/influence'
import type { Raid } from '../observe/raid'
import { KnownRights, Rights } from '../session/reach'
import { canaries } from '../schema/values'

/** A second statement is tried after each first one that changed what decides. */
const light: Force = { rows: 2, statements: 14 }

export interface First {
  /** What it is run on. */
  readonly id: string
  readonly sql: string
  /** What to look at again when it changed something. */
  readonly after: ReadonlySet<string>
  /** It may change what the session has set, its role, or a definition: then everything is looked at. */
  readonly sets?: boolean
  /** Functions to be called with what it wrote, as a second step. */
  readonly callees?: readonly string[]
}

/** First steps of one session, and what it sees after each. */
export class Steps {
  /** How the session stands before any step, and states in which it has looked around. */
  private readonly looked = new Set<string>()
  private deep = 240
  /** How often it may still ask functions in another state. */
  private again = 240
  private path = ''
  /** How often it may still look at everything. */
  private wide = 24

  constructor(
    private readonly raid: Raid,
    private readonly influence: Influence,
    private readonly everything: ReadonlySet<string>,
  ) {}

  /** Takes one step and looks around. */
  async take(first: First, raid = this.raid): Promise<void> {
    const { arena, identity } = raid
    const { id, sql, sets = false, callees = [] } = first
    if (sets && this.looked.size === 0) await this.begin()
    const worth = ({ touched }: Attempt) => sets || touched.length > 0
    const done = await arena.stay(identity, [sql], { continued: raid.before.length > 0, worth })
    try {
      if (done.refused || !worth(done)) return
      const isNew =
        sets && (redefines(done) || !this.isLooked(await this.stateOf(raid, done))) && this.wide-- > 0
      if (done.touched.length === 0 && !isNew) return
      const move: Move = { as: identity, sql, effect: describe(done.count, id) }
      const rights = redefines(done) ? new Rights(arena, new KnownRights()) : raid.rights
      const next = raid.after(move, done.role, rights)
      await this.look(next, isNew ? this.everything : first.after, isNew)
      if (isNew && (await pathOf(next)) !== this.path) await this.elsewhere(next)
      for (const routine of await callable(next)) {
        if (!callees.includes(routine.id)) continue
        if (this.deep > 0 && !next.booking.has(routine.id, next.name, 'SELECT')) {
          const calls = callsOf(next, routine, 6)
          this.deep -= calls.length
          await compare(next, calls.map(lookOf))
        }
        for (const call of callsOf(next, routine, 8)) {
          if (this.deep-- <= 0) return
          await this.take({ id: routine.id, sql: call.sql, after: this.everything, sets: true }, next)
        }
      }
    } finally {
      await arena.back()
    }
  }

  /** By another path a function may mean another relation. */
  private async elsewhere(raid: Raid): Promise<void> {
    for (const routine of await callable(raid)) {
      const isDone = raid.booking.has(routine.id, raid.name, 'SELECT')
      if ('search_path' in routine.settings || isDone || !raid.scope.declaredRoutines.has(routine.id))
        continue
      const calls = callsOf(raid, routine, 3)
      this.deep -= calls.length * 2
      if (this.deep < 0) return
      await compare(raid, calls.map(lookOf))
    }
  }

  private async begin() {
    const { arena, identity } = this.raid
    const done = await arena.stay(identity, ['select 1'], { worth: () => true })
    this.looked.add(await this.stateOf(this.raid, done))
    this.path = await pathOf(this.raid)
    await arena.back()
  }

  private isLooked(state: string): boolean {
    return this.looked.size === this.looked.add(state).size
  }

  /** Its role and everything that a condition may ask for. */
  private async stateOf({ arena, domains, identity }: Raid, { role }: Attempt): Promise<string> {
    const { mined, scope } = domains
    const names = new Set([
      ...mined.settings,
      ...scope.setup.principals.flatMap(({ settings }) => Object.keys(settings)),
      'request.jwt.claims',
      'search_path',
    ])
    const values = [...names].map((name) => `pg_catalog.current_setting(${literal(name)}, true)`)
    const [row] = await arena.ask<{ state: string }>(
      `select pg_catalog.to_json(array[${values.join(', ')}])::text as state`,
    )
    return `${role ?? identity.role} ${row?.state}`
  }

  private async look(raid: Raid, after: ReadonlySet<string>, always: boolean): Promise<void> {
    let crossed = false
    for (const relation of raid.scope.attacked) {
      if (!after.has(relation.id)) continue
      const had = raid.booking.has(relation.id, raid.name, 'SELECT')
      if (!had && (await raid.read(relation))) crossed = true
    }
    if (after.size > 0 && (crossed || always || raid.booking.spend(raid.name, after.size * 2)))
      for (const relation of raid.scope.attacked)
        if (after.has(relation.id) && relation.kind !== 'matview') await assault(raid, relation, light)
    if (always) await beside(raid, this.influence, light)
    await callAgain(raid, after)
    if (always) await this.askAgain(raid)
  }

  /** In another state a function may answer with what others have in no words of theirs: a sum, whether there is any. */
  private async askAgain(raid: Raid): Promise<void> {
    for (const routine of await callable(raid)) {
      const isDone = raid.booking.has(routine.id, raid.name, 'SELECT')
      if (isDone || !raid.scope.declaredRoutines.has(routine.id)) continue
      const calls = callsOf(raid, routine, 24)
      this.again -= calls.length
      if (this.again < 0) return
      await compare(raid, calls.map(lookOf))
    }
  }
}

async function pathOf({ arena }: Raid): Promise<string> {
  const [row] = await arena.ask<{ path: string }>(`select pg_catalog.current_setting('search_path') as path`)
  return row?.path ?? ''
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
      const shown = JSON.stringify(attempt.rows).match(canaries) ?? []
      const [owner] = [...new Set(shown)].flatMap((each) =>
        sql.includes(each) ? [] : (raid.ownerOf(each) ?? []),
      )
      if (!owner) continue
      raid.book(sql, [
        {
          relation: routine.id,
          command: 'SELECT',
          channel: 'row',
          row: named(raid.scope.tables.get(owner.table)?.relation.columns ?? [], owner.row),
          tenant: owner.row.tenant,
          table: owner.table,
          effect: {
            en: `answers with a value of ${ownerOf(owner.row.tenant).en}`,
            pt: `responde com um valor ${ownerOf(owner.row.tenant).pt}`,
          },
        },
      ])
      break
    }
  }
}
