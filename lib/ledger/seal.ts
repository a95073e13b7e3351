import { sql } from 'kysely'
import { Conflict } from '@/lib/errors'
import { Frontier, type FullNode } from './merkle'
import { inLedger, type LedgerTx } from './session'

/** What one run of the sealer did. */
export interface Sealed {
  /** `busy`: another sealer holds the lock; `idle`: nothing new was visible. */
  readonly state: 'sealed' | 'idle' | 'busy'
  readonly entries: number
  /** Size of the tree afterwards; null when busy. */
  readonly size: number | null
}

interface LastBlock {
  readonly number: number
  readonly size: number
  readonly after: string
  readonly frontier: Buffer
  readonly system: string
}

/** The snapshot to seal, on which server, and whether it lies before the last block's. */
interface Moment {
  readonly now: string
  readonly here: string
  readonly behind: boolean
}

/** The advisory lock of the sealers of one database: "tabellion", "seal". */
const lock = [0x7462_6c6e, 0x7365_616c] as const

/** Before the first block nothing was visible: transaction numbers begin at 3. */
const nothing = '3:3:'

/**
 * Seals everything that is committed and not yet sealed, as one block in one transaction: killed at any moment, it has
 * happened or not. Run by several at once, one works and the others are `busy`.
 * @throws Conflict when the database was restored into another server, whose transaction numbers mean nothing here
 */
export const seal = (url: string, name: string): Promise<Sealed> =>
  inLedger(url, name, (tx) => sealIn(tx, name), { write: true })

// Few questions: on a busy server each one waits its turn, and all that is committed meanwhile waits with it.
async function sealIn(tx: LedgerTx, name: string): Promise<Sealed> {
  const { rows: got } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(${lock[0]}, ${lock[1]}) as got`.execute(tx)
  if (!got[0]?.got) return { state: 'busy', entries: 0, size: null }
  // After the lock, not with it: else the block of whoever held it before would not be seen.
  const { last, now, here, behind } = await lastBlock(tx)
  if (last && (last.system !== here || behind)) throw new Conflict(moved(name))

  const tree = new Frontier(last?.size ?? 0, last?.frontier)
  const first = tree.size
  const nodes: FullNode[] = []
  const grow = (rows: readonly Buffer[]) => {
    for (const hashes of rows) tree.append(hashes, (node) => nodes.push(node))
  }
  let leaves = await keepLeaves(tx, first, last?.after ?? nothing, now)
  grow(leaves)
  if (tree.size === first) return { state: 'idle', entries: 0, size: first }
  // The rest of a backlog, in parts: millions pass through a few megabytes.
  while (leaves.length === atOnce) {
    leaves = await leavesFrom(tx, tree.size)
    grow(leaves)
  }

  for (let at = 0; at < nodes.length; at += 5_000) await keepNodes(tx, nodes.slice(at, at + 5_000))
  await sql`
    insert into ledger.block (number, first_position, tree_size, snapshot_before, snapshot_after, visible_below, frontier, root, system_identifier)
    values (${(last?.number ?? 0) + 1}, ${first}, ${tree.size}, ${last?.after ?? nothing}, ${now},
            pg_snapshot_xmax(${now}::pg_snapshot), ${tree.bytes()}, ${tree.root()}, ${here})`.execute(tx)
  return { state: 'sealed', entries: tree.size - first, size: tree.size }
}

async function lastBlock(tx: LedgerTx): Promise<Moment & { last: LastBlock | undefined }> {
  const { rows } = await sql<Moment & LastBlock>`
    select pg_current_snapshot()::text as now, c.system_identifier::text as here,
           coalesce(pg_snapshot_xmax(pg_current_snapshot()) < b.visible_below, false) as behind,
           b.number, b.tree_size as size, b.snapshot_after::text as after, b.frontier, b.system_identifier::text as system
      from pg_control_system() c
      left join (select * from ledger.block order by number desc limit 1) b on true`.execute(tx)
  const found = rows[0] as Moment & LastBlock
  return { ...found, last: found.number === null ? undefined : found }
}

/** Rows of leaves, of 8,192 at most, that come back with their making, and in each later part. */
const atOnce = 16

async function keepLeaves(tx: LedgerTx, first: number, before: string, after: string): Promise<Buffer[]> {
  const { rows } = await sql<{ hashes: Buffer }>`
    with kept as (
      insert into ledger.leaves (first_position, ids, hashes)
      select ${first}::bigint + u.place, u.ids, u.hashes from ledger.unsealed(${before}::pg_snapshot, ${after}::pg_snapshot) u
      returning first_position, hashes
    )
    select hashes from kept order by first_position limit ${atOnce}`.execute(tx)
  return rows.map((row) => row.hashes)
}

async function leavesFrom(tx: LedgerTx, position: number): Promise<Buffer[]> {
  const { rows } = await sql<{ hashes: Buffer }>`
    select hashes from ledger.leaves where first_position >= ${position} order by first_position limit ${atOnce}`.execute(
    tx,
  )
  return rows.map((row) => row.hashes)
}

async function keepNodes(tx: LedgerTx, nodes: readonly FullNode[]): Promise<void> {
  await sql`
    insert into ledger.node (level, position, hash)
    select * from unnest(${nodes.map((n) => n.level)}::smallint[], ${nodes.map((n) => n.position)}::bigint[], ${nodes.map((n) => n.hash)}::bytea[])`.execute(
    tx,
  )
}

const moved = (name: string) => ({
  en: `The database ${name} was restored or copied from another server: its transaction numbers mean nothing here, so nothing is sealed.`,
  pt: `O banco de dados ${name} foi restaurado ou copiado de outro servidor: seus números de transação não valem aqui, então nada é selado.`,
})
