import { sql } from 'kysely'
import { readCheckpoint } from './checkpoint'
import type { Report } from './report'
import { inLedger } from './session'
import { timeOf, windowOf } from './verify'

/** How far a ledger is sealed, and who outside knows of it. */
export interface LedgerState {
  readonly size: number
  readonly blocks: number
  readonly sealedAt: string | null
  readonly window: Report['window']
  readonly checkpoint: { readonly size: number; readonly time: string | null; readonly origin: string } | null
  /** The newest receipt of each witness. */
  readonly witnesses: readonly {
    readonly name: string
    readonly size: number
    readonly sentAt: string
    readonly problem: string | null
  }[]
}

/** How far the log is sealed, and what waits: what stands at the head of its pages. */
export const sealedSoFar = (url: string, name: string): Promise<Pick<LedgerState, 'size' | 'window'>> =>
  inLedger(
    url,
    name,
    async (tx) => {
      const { rows } = await sql<{ size: number }>`
        select tree_size as size from ledger.block order by number desc limit 1`.execute(tx)
      return { size: rows[0]?.size ?? 0, window: await windowOf(tx) }
    },
    { timeout: '10s' },
  )

/** The same with its blocks, its newest checkpoint and the newest receipt of each witness, however many there are. */
export const ledgerState = (url: string, name: string): Promise<LedgerState> =>
  inLedger(
    url,
    name,
    async (tx) => {
      const { rows: blocks } = await sql<{ size: number; number: number; sealedAt: string }>`
        select tree_size as size, number, to_char(sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "sealedAt"
          from ledger.block order by number desc limit 1`.execute(tx)
      const { rows: notes } = await sql<{ note: string }>`
        select note from ledger.checkpoint order by tree_size desc, id desc limit 1`.execute(tx)
      const { rows: witnesses } = await sql<LedgerState['witnesses'][number]>`
        with recursive known (name) as (
          (select witness from ledger.receipt order by witness limit 1)
          union all
          select (select witness from ledger.receipt where witness > known.name order by witness limit 1) from known where known.name is not null
        )
        select known.name, r.tree_size as size, r.problem,
               to_char(r.sent_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "sentAt"
          from known
         cross join lateral (select * from ledger.receipt r where r.witness = known.name order by r.id desc limit 1) r`.execute(
        tx,
      )
      const said = notes[0] && readCheckpoint(notes[0].note)
      return {
        size: blocks[0]?.size ?? 0,
        blocks: blocks[0]?.number ?? 0,
        sealedAt: blocks[0]?.sealedAt ?? null,
        window: await windowOf(tx),
        checkpoint: said ? { size: said.size, time: timeOf(said.extensions), origin: said.origin } : null,
        witnesses,
      }
    },
    { timeout: '10s' },
  )
