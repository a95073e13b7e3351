import { sql } from 'kysely'
import type { Receipt } from './outside'
import { inLedger } from './session'

/** Notes in the ledger who took a checkpoint and who did not. */
export const keepReceipts = (
  url: string,
  name: string,
  size: number,
  receipts: readonly Receipt[],
): Promise<void> =>
  inLedger(
    url,
    name,
    async (tx) => {
      for (const { witness, problem } of receipts)
        await sql`insert into ledger.receipt (witness, tree_size, problem) values (${witness}, ${size}, ${problem})`.execute(
          tx,
        )
    },
    { write: true },
  )
