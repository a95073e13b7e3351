import type { Snapshot } from '@/lib/catalog/types'
import { currentSnapshot } from '@/lib/catalog/current'
import { readStore } from '@/lib/db/scope'
import { area } from '@/lib/drift/areas'
import { compareSnapshots } from '@/lib/drift/compare'
import { getSnapshot, listStates, type StoredState } from '@/lib/drift/stored'
import { weigh, type Weighed } from '@/lib/drift/weigh'
import { env } from '@/lib/env'
import { NotFound } from '@/lib/errors'
import { structureHash } from '@/lib/findings/structure'
import type { Principal } from '@/lib/session/principal'
import type { State } from './search'

/** One side of a comparison. */
export interface Side {
  /** As the address writes it. */
  readonly id: string
  readonly database: string
  /** ISO; of the read for what is there now. */
  readonly takenAt: string
  readonly now: boolean
}

export interface Drift {
  readonly before: Side
  readonly after: Side
  readonly changes: readonly Weighed[]
}

export interface Comparison {
  /** What may be chosen: what each database is now, and its stored structures, newest first. */
  readonly sides: readonly Side[]
  /** `null` when there is nothing to compare with yet. */
  readonly drift: Drift | null
}

const now = (database: string) => `now:${database}`
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What the address compares. @throws NotFound for a side that is not kept, CatalogError when a catalog cannot be read */
export async function readDrift(who: Principal, state: Pick<State, 'before' | 'after'>): Promise<Comparison> {
  const databases = env().databases.map(({ name }) => name)
  const states = await readStore(who, (tx) => listStates(tx, databases))
  const current = (await currentSnapshot(who.database)).snapshot
  const own = [who.database, ...databases.filter((name) => name !== who.database)]
  const sides = [...nowOf(own, who.database, current), ...states.map(sideOf)]
  const afterId = state.after || now(who.database)
  const beforeId = state.before || (standing(states, who.database, current)?.id ?? '')
  if (beforeId === '') return { sides, drift: null }
  const [before, after] = await Promise.all([snapshotOf(who, beforeId), snapshotOf(who, afterId)])
  return {
    sides,
    drift: {
      before: { ...side(beforeId, sides), takenAt: before.takenAt },
      after: { ...side(afterId, sides), takenAt: after.takenAt },
      changes: compareSnapshots(before, after).map(weigh),
    },
  }
}

/** The newest stored structure that is another one than now. */
export function standing(
  states: readonly StoredState[],
  database: string,
  current: Snapshot,
): StoredState | undefined {
  const hash = structureHash(current).toString('hex')
  return states.find((each) => each.database === database && each.hash !== hash)
}

const nowOf = (databases: readonly string[], own: string, current: Snapshot): Side[] =>
  databases.map((database) => ({
    id: now(database),
    database,
    takenAt: database === own ? current.takenAt : '',
    now: true,
  }))

const sideOf = ({ id, database, takenAt }: StoredState): Side => ({ id, database, takenAt, now: false })

const side = (id: string, sides: readonly Side[]): Side =>
  sides.find((each) => each.id === id) ?? { id, database: '', takenAt: '', now: false }

async function snapshotOf(who: Principal, id: string): Promise<Snapshot> {
  if (id.startsWith('now:')) return (await currentSnapshot(id.slice('now:'.length))).snapshot
  if (!uuid.test(id)) throw new NotFound()
  return readStore(who, (tx) => getSnapshot(tx, id))
}

/** Changes that the filters leave: the most dangerous first, then by area and object. */
export function selectChanges(
  changes: readonly Weighed[],
  state: Pick<State, 'q' | 'weight' | 'area'>,
): Weighed[] {
  const q = state.q.toLocaleLowerCase()
  return changes.filter(
    (change) =>
      (state.weight.length === 0 || state.weight.includes(change.weight)) &&
      (state.area.length === 0 || state.area.includes(area(change))) &&
      `${change.kind} ${change.object} ${change.field ?? ''}`.toLocaleLowerCase().includes(q),
  )
}
