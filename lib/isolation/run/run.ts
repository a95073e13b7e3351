import type { Snapshot } from '@/lib/catalog/types'
import { withScratchServer, type ScratchOptions } from '@/lib/clone/scratch-server'
import type { Left } from '@/lib/clone/statement'
import { withClone, type Clone } from '@/lib/clone/with-clone'
import type { Relation } from '@/lib/catalog/types-relation'
import { judge } from './judge'
import { questionKey } from '../probe/campaign'
import { probe } from '../probe/probe'
import { scopeOf } from '../probe/schema/scope'
import { databaseEvaluator } from '../prove/session'
import { proveTogether } from '../prove/share-out'
import { decidingTables } from './support'
import { withoutWhatIsTold } from '../told'
import type { Finding, Observation, Proof, Setup, TableContent, Witness } from '../types'

/** Where a run is: waiting for the scratch server, making the clone, proving, attacking, judging. */
export type RunStep = 'server' | 'clone' | 'prove' | 'probe' | 'judge'

export interface RunOptions {
  readonly prove: boolean
  readonly probe: boolean
  /** The governed database, for content of tables that decide who sees what; only read. */
  readonly governed: string
  readonly scratch: ScratchOptions
  /** Relations and functions whose questions are asked; all when absent. */
  readonly about?: readonly string[]
  /** Longest wait for another clone on the scratch server, milliseconds. */
  readonly patience?: number
  readonly signal?: AbortSignal
  readonly progress?: (step: RunStep, done: number, all: number) => void
}

export interface RunResult {
  readonly findings: readonly Finding[]
  /** What the clone lacked; empty without one. */
  readonly left: readonly Left[]
}

/**
 * Asks every question of a setup: the prover from the catalog, the probe on a clone, and what both say together. The
 * governed database is only read. Without the probe no clone is made, and nothing can be said to leak.
 * @throws Error when the scratch server or the governed database does not answer, or the signal's reason
 */
export async function runIsolation(
  snapshot: Snapshot,
  setup: Setup,
  options: RunOptions,
): Promise<RunResult> {
  const step = options.progress ?? (() => undefined)
  if (!options.probe) {
    const proofs = await proved(snapshot, setup, options.governed, options)
    return { findings: judged(snapshot, setup, proofs, []), left: [] }
  }
  step('server', 0, 0)
  return withScratchServer(options.scratch, (server) => {
    return withClone(
      snapshot,
      server,
      async (clone) => {
        const proofs = options.prove ? await proved(snapshot, setup, clone.url, options) : []
        const seen = await probed(snapshot, setup, clone, proofs, options)
        step('judge', 0, 0)
        return { findings: judged(snapshot, setup, proofs, seen), left: clone.left }
      },
      {
        onMaking: () => step('clone', 0, 0),
        ...(options.signal ? { signal: options.signal } : {}),
        ...(options.patience === undefined ? {} : { patience: options.patience }),
      },
    )
  })
}

const judged = (
  snapshot: Snapshot,
  { principals, threat }: Setup,
  proofs: readonly Proof[],
  seen: readonly Observation[],
) => withoutWhatIsTold(snapshot, principals, judge(proofs, seen), threat)

/** `expressions` is where session expressions are evaluated: the clone, where roles can be taken, if there is one. */
function proved(
  snapshot: Snapshot,
  setup: Setup,
  expressions: string,
  { governed, about, signal, progress }: RunOptions,
): Promise<Proof[]> {
  progress?.('prove', 0, 0)
  // The prover knows no rows that all may add, only such as all may read: it then asks for more than has to be shown.
  const asked: Setup = setup.nullTenant === 'platform' ? { ...setup, nullTenant: 'shared' } : setup
  return proveTogether(
    snapshot,
    asked,
    { expressions, content: governed },
    {
      ...(signal ? { signal } : {}),
      ...(about ? { only: ({ relation }) => about.includes(relation) } : {}),
      progress: (done, all) => progress?.('prove', done, all),
    },
  )
}

async function probed(
  snapshot: Snapshot,
  setup: Setup,
  clone: Clone,
  proofs: readonly Proof[],
  { governed, about, signal, progress }: RunOptions,
): Promise<Observation[]> {
  progress?.('probe', 0, 0)
  const witnesses = proofs.flatMap(({ witness }): Witness[] => (witness ? [witness] : []))
  return probe(snapshot, setup, clone, {
    witnesses,
    ...(about ? { about } : {}),
    ...(proofs.length > 0 ? { unproved: unprovedOf(proofs) } : {}),
    content: await supportContent(snapshot, setup, governed),
    ...(signal ? { signal } : {}),
    progress: (done, all) => progress?.('probe', done, all),
  })
}

const unprovedOf = (proofs: readonly Proof[]) =>
  new Set(
    proofs
      .filter(({ outcome, channel }) => channel === 'row' && (outcome === 'model' || outcome === 'unknown'))
      .map(({ relation, principal, command }) => questionKey(relation, principal, command)),
  )

/** What their rows point to, and their heirs, where no row of a tenant stands there. */
function withTheirKin(tables: readonly Relation[], snapshot: Snapshot, setup: Setup): Relation[] {
  const { relations, tables: stored } = scopeOf(snapshot, setup)
  const found = new Set(tables)
  for (const table of found) {
    const parents = table.constraints.flatMap(({ references }) => references?.relation ?? [])
    const heirs = snapshot.relations.filter(
      ({ parents: above, isPartition }) => !isPartition && above.includes(table.id),
    )
    for (const each of [...parents.flatMap((id) => relations.get(id) ?? []), ...heirs])
      if (stored.get(each.id)?.tenancy === null) found.add(each)
  }
  return [...found]
}

/** Rows past which a support table gets made-up rows instead. */
const most = 500

/** Real rows of tables that decide who sees what, where they may be read. */
async function supportContent(
  snapshot: Snapshot,
  setup: Setup,
  governed: string,
): Promise<readonly TableContent[]> {
  const content: TableContent[] = []
  const evaluator = databaseEvaluator(governed, governed)
  const { support, tenants } = decidingTables(snapshot, setup)
  for (const table of [...withTheirKin(support, snapshot, setup), ...tenants]) {
    const { id, kind, columns } = table
    const names = columns.map(({ name }) => name)
    const rows = await evaluator.rows(id, names, most, kind === 'table')
    if (rows)
      content.push({
        relation: id,
        rows: rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]))),
        ofTenants: tenants.includes(table),
      })
  }
  return content
}
