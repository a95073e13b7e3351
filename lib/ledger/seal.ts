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

async function sealIn(tx: LedgerTx, name: string): Promise<Sealed> {
  const { rows: got } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(${lock[0]}, ${lock[1]}) as got`.execute(tx)
  if (!got[0]?.got) return { state: 'busy', entries: 0, size: null }
  const last = await lastBlock(tx)
  const { rows: here } = await sql<{ now: string; system: string; behind: boolean }>`
    select pg_current_snapshot()::text as now, (select system_identifier::text from pg_control_system()) as system,
           pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(${last?.after ?? nothing}::pg_snapshot) as behind`.execute(
    tx,
  )
  const now = here[0] as { now: string; system: string; behind: boolean }
  if (last && (last.system !== now.system || now.behind)) throw new Conflict(moved(name))

  const tree = new Frontier(last?.size ?? 0, last?.frontier)
  const first = tree.size
  const nodes: FullNode[] = []
  await sql`
    insert into ledger.leaves (first_position, ids, hashes)
    select ${first}::bigint + u.place, u.ids, u.hashes
      from ledger.unsealed(${last?.after ?? nothing}::pg_snapshot, ${now.now}::pg_snapshot) u`.execute(tx)
  // Read back in parts: a backlog of millions passes through a few megabytes.
  for (;;) {
    const { rows } = await sql<{ hashes: Buffer }>`
      select hashes from ledger.leaves where first_position >= ${tree.size} order by first_position limit 16`.execute(
      tx,
    )
    if (rows.length === 0) break
    for (const { hashes } of rows) tree.append(hashes, (node) => nodes.push(node))
  }
  if (tree.size === first) return { state: 'idle', entries: 0, size: first }

  for (let at = 0; at < nodes.length; at += 5_000) await keepNodes(tx, nodes.slice(at, at + 5_000))
  await sql`
    insert into ledger.block (number, first_position, tree_size, snapshot_before, snapshot_after, visible_below, frontier, root, system_identifier)
    values (${(last?.number ?? 0) + 1}, ${first}, ${tree.size}, ${last?.after ?? nothing}, ${now.now},
            pg_snapshot_xmax(${now.now}::pg_snapshot), ${tree.bytes()}, ${tree.root()}, ${now.system})`.execute(
    tx,
  )
  return { state: 'sealed', entries: tree.size - first, size: tree.size }
}

async function lastBlock(tx: LedgerTx): Promise<LastBlock | undefined> {
  const { rows } = await sql<LastBlock>`
    select number, tree_size as size, snapshot_after::text as after, frontier, system_identifier::text as system
      from ledger.block order by number desc limit 1`.execute(tx)
  return rows[0]
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
