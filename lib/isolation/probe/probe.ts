import { Client } from 'pg'
import type { Snapshot } from '@/lib/catalog/types'
import type { Clone } from '@/lib/clone/with-clone'
import { connected } from '@/lib/clone/with-clone'
import type {
  Channel,
  IsolationCommand,
  Observation,
  Principal,
  Setup,
  TableContent,
  Witness,
} from '../types'
import { Arena } from './arena'
import { assault, type Force } from './battery'
import { Booking } from './booking'
import { dependence, refreshes } from './dependence'
import { Domains } from './domain'
import { identityOf } from './identity'
import { Lawful } from './lawful'
import { mine } from './mine'
import { Raid } from './raid'
import { Rights } from './reach'
import { memberships, usersOf } from './scene'
import { scopeOf, type Scope } from './scope'
import { Seeder } from './seed'
import { shorten, tell } from './story'

export interface ProbeOptions {
  /** Models of the prover, to be put there and executed. */
  readonly witnesses?: readonly Witness[]
  /** Real rows of the tables that belong to no tenant; tables that are not given get made-up rows. */
  readonly content?: readonly TableContent[]
  readonly signal?: AbortSignal
  /** Told now and then; `total` may grow. */
  readonly progress?: (done: number, total: number) => void
}

/**
 * Attacks a schema-only clone: fills it with rows of every tenant, then runs, as each principal, whatever its grants let
 * it try, each statement undone before the next, and compares what the tables held before and after.
 * @throws Error when the clone does not answer, or the signal's reason
 */
export async function probe(
  snapshot: Snapshot,
  setup: Setup,
  clone: Clone,
  options: ProbeOptions = {},
): Promise<Observation[]> {
  const scope = scopeOf(snapshot, setup)
  const domains = new Domains(scope, mine(snapshot))
  const booking = new Booking()
  const stop = new Set<Client>()
  const abort = () => {
    for (const client of stop) void client.end().catch(() => undefined)
  }
  options.signal?.addEventListener('abort', abort, { once: true })
  const connection = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    options.signal?.throwIfAborted()
    const client = await connected(clone.url)
    stop.add(client)
    try {
      return await work(client)
    } catch (error) {
      options.signal?.throwIfAborted()
      throw error
    } finally {
      stop.delete(client)
      await client.end().catch(() => undefined)
    }
  }
  try {
    await connection((client) => prepare(client, domains, setup, options))
    const observed: Observation[] = []
    let done = 0
    for (const principal of setup.principals) {
      options.progress?.(done, setup.principals.length * scope.targets.length)
      observed.push(
        ...(await connection(async (client) => {
          const arena = await Arena.begin(client, scope, options.signal)
          const raid = new Raid(arena, domains, new Rights(arena), booking, identityOf(principal, snapshot))
          for (const relation of scope.targets) {
            await assault(raid, relation, forceOf(scope))
            options.progress?.(++done, setup.principals.length * scope.targets.length)
          }
          await dependence(
            raid,
            scope.targets.filter(({ kind }) => kind === 'view' || kind === 'matview'),
            64,
          )
          return observations(arena, raid, principal)
        })),
      )
    }
    return observed
  } finally {
    options.signal?.removeEventListener('abort', abort)
  }
}

const forceOf = ({ targets }: Scope): Force =>
  targets.length <= 60
    ? { rows: 10, statements: 250 }
    : targets.length <= 300
      ? { rows: 4, statements: 60 }
      : { rows: 2, statements: 24 }

async function prepare(client: Client, domains: Domains, setup: Setup, options: ProbeOptions): Promise<void> {
  const users = await usersOf(client, domains.scope.snapshot, setup)
  const given = options.content ?? []
  const content =
    setup.membership && !given.some(({ relation }) => relation === setup.membership?.relation)
      ? [...given, memberships(setup.membership, setup, users)]
      : given
  await new Seeder(client, domains, content, new Lawful(domains, users), options.signal).run()
  await client.query('set session_replication_role = origin')
  for (const sql of refreshes(domains.scope))
    await client.query(sql).catch((error: { code?: string }) => {
      if (error.code === undefined) throw error
    })
}

const channels: readonly Channel[] = ['row', 'covert', 'session']
const commands: readonly IsolationCommand[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']

async function observations(arena: Arena, raid: Raid, principal: Principal): Promise<Observation[]> {
  const out: Observation[] = []
  const { booking } = raid
  const about = { principal: principal.name, role: principal.role }
  const asked = [
    ...arena.scope.targets.map(({ id }) => id as string),
    ...arena.scope.snapshot.routines.map(({ id }) => id as string),
  ].flatMap((relation) =>
    commands.flatMap((command) => channels.map((channel) => ({ ...about, relation, command, channel }))),
  )
  for (const question of asked) {
    const { relation, command, channel } = question
    const story = booking.story(question)
    const attempts = booking.attempts(relation, principal.name, command)
    const isAsked =
      channel === 'row' &&
      attempts > 0 &&
      (!relation.includes('(') || arena.scope.declaredRoutines.has(relation))
    if (!story && !isAsked) continue
    out.push({
      ...question,
      crossed: story ? tell(arena, await shorten(arena, story)) : null,
      alive: booking.isAlive(relation, principal.name, command),
      attempts,
      because: [],
    })
  }
  return out
}
