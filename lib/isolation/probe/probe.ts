import type { Snapshot } from '@/lib/catalog/types'
import type { Clone } from '@/lib/clone/with-clone'
import type { Observation, Setup, TableContent, Witness } from '../types'
import { Arena, type Rows } from './arena'
import { Booking } from './booking'
import { campaign } from './campaign'
import { onConnections } from './connections'
import { Domains } from './domain'
import { doubtsOf } from './doubts'
import { identityOf } from './identity'
import { Influence } from './influence'
import { mine } from './mine'
import { observations } from './observe'
import { prepare } from './prepare'
import { Raid } from './raid'
import { Rights } from './reach'
import { scopeOf } from './scope'
import { afterwards } from './session'

export interface ProbeOptions {
  /** Models of the prover, to be put there and executed. */
  readonly witnesses?: readonly Witness[]
  /** Real rows of the tables that belong to no tenant; tables that are not given get made-up rows. */
  readonly content?: readonly TableContent[]
  readonly signal?: AbortSignal
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
  const scope = scopeOf(snapshot, setup)
  const domains = new Domains(scope, mine(snapshot))
  const influence = new Influence(scope)
  const booking = new Booking()
  const doubts = doubtsOf(scope, clone.left, influence)
  const total = setup.principals.length * (scope.targets.length + 1)
  let done = 0
  const step = () => progress?.(++done, total)
  return onConnections(clone.url, signal, async (connection) => {
    await connection((client) => prepare(client, domains, setup, options))
    let stands: ReadonlyMap<string, Rows> | undefined
    const inArena = <T>(work: (arena: Arena) => Promise<T>) =>
      connection(async (client) => {
        const arena = await Arena.begin(client, scope, signal, stands)
        stands = arena.first
        return work(arena)
      })
    for (const principal of setup.principals)
      await inArena(async (arena) => {
        const raid = new Raid(arena, domains, new Rights(arena), booking, identityOf(principal, snapshot))
        const models = witnesses.filter((each) => each.principal === principal.name)
        await campaign(raid, influence, models, content, step, effort)
      })
    for (const principal of setup.principals)
      await inArena(async (arena) => {
        const raid = new Raid(arena, domains, new Rights(arena), booking, identityOf(principal, snapshot))
        await afterwards(raid, influence, connection, booking)
        step()
      })
    // What those requests left is there now.
    stands = undefined
    const observed: Observation[] = []
    for (const principal of setup.principals)
      observed.push(...(await inArena((arena) => observations(arena, booking, principal, doubts))))
    return observed
  })
}
