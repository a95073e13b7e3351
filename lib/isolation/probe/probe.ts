import { availableParallelism } from 'node:os'
import type { Snapshot } from '@/lib/catalog/types'
import { withCopies } from '@/lib/clone/copies'
import type { Clone } from '@/lib/clone/with-clone'
import type { Observation, Principal, Setup, TableContent, Witness } from '../types'
import { Arena } from './observe/arena'
import { Booking } from './observe/booking'
import { campaign, type Unproved } from './campaign'
import { onConnections, spreadOver, type Connection } from './session/connections'
import { Domains } from './schema/domain'
import { doubtsOf } from './observe/doubts'
import type { Rows } from './observe/effects'
import { identityOf } from './session/identity'
import { Influence } from './schema/influence'
import { withKnownValues } from './schema/known-values'
import { withMadeOfArguments } from './calls/made-of-arguments'
import { conditionsOf, mine } from './schema/mine'
import { observations } from './observe/observe'
import { prepare } from './fill/prepare'
import { Raid } from './observe/raid'
import { KnownRights, Rights } from './session/reach'
import { scopeOf, type Scope } from './schema/scope'
import { afterwards } from './attack/session'

export interface ProbeOptions {
  /** Models of the prover, to be put there and executed. */
  readonly witnesses?: readonly Witness[]
  /** Real rows of the tables that belong to no tenant; tables that are not given get made-up rows. */
  readonly content?: readonly TableContent[]
  readonly signal?: AbortSignal
  /** Questions about rows that nothing proved, by `questionKey`; all of them where it is not given. */
  readonly unproved?: Unproved
  /** Relations and functions whose questions are asked; all when absent. */
  readonly about?: readonly string[]
  /** Part of the usual number of statements, 0 to 1. */
  readonly effort?: number
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
  const { signal, progress, content = [], witnesses = [], effort = 1 } = options
  const scope = scopeOf(snapshot, setup, options.about)
  const mined = withKnownValues(mine(snapshot), snapshot, content)
  const influence = new Influence(scope)
  const booking = new Booking()
  const rights = new KnownRights()
  const total = setup.principals.length * (scope.attacked.length + 1)
  let done = 0
  const step = () => progress?.(++done, total)
  const { domains, left } = await onConnections([clone.url], signal, ([connection]) =>
    connection!(async (client) => {
      const known = new Domains(scope, await withMadeOfArguments(client, scope, mined))
      return { domains: known, left: await prepare(client, known, setup, options) }
    }),
  )
  const doubts = doubtsOf(scope, [...clone.left, ...left], influence)
  return withCopies(clone, lanesFor(scope) - 1, (urls) =>
    onConnections(urls, signal, async (connections) => {
      const stands = new Map<Connection, ReadonlyMap<string, Rows>>()
      const inArena = <T>(connection: Connection, work: (arena: Arena) => Promise<T>) =>
        connection(async (client) => {
          const arena = await Arena.begin(client, scope, signal, stands.get(connection))
          stands.set(connection, arena.first)
          return work(arena)
        })
      const raidOf = (arena: Arena, principal: Principal) =>
        new Raid(arena, domains, new Rights(arena, rights), booking, identityOf(principal, snapshot))
      await spreadOver(connections, setup.principals, (principal, connection) =>
        inArena(connection, (arena) => {
          const models = witnesses.filter((each) => each.principal === principal.name)
          return campaign(
            raidOf(arena, principal),
            influence,
            models,
            content,
            step,
            effort,
            options.unproved,
          )
        }),
      )
      const later = async (principal: Principal, connection: Connection) => {
        await inArena(connection, (arena) =>
          afterwards(raidOf(arena, principal), influence, connection, booking),
        )
        step()
      }
      await spreadOver(connections, setup.principals, later, true)
      // What those requests left is there now.
      stands.clear()
      const observe = (principal: Principal, connection: Connection) =>
        inArena(connection, (arena) => observations(arena, influence, booking, principal, doubts))
      return (await spreadOver(connections, setup.principals, observe, true)).flat()
    }),
  )
}

/** Databases to attack at once: as many as there are processors, where there is enough to do and none asks its own name. */
function lanesFor({ targets, setup, snapshot }: Scope): number {
  const texts = [
    ...snapshot.routines.map(({ body }) => body ?? ''),
    ...snapshot.relations.flatMap((each) => [
      ...conditionsOf(each),
      ...each.columns.map((column) => column.default ?? ''),
    ]),
  ]
  const asksName = texts.some((text) => /\bcurrent_(database|catalog)\b/i.test(text))
  const isLittle = targets.length * setup.principals.length < 60
  return asksName || isLittle ? 1 : Math.min(availableParallelism(), 4, setup.principals.length)
}
