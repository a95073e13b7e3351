import { sql } from 'kysely'
import { NotFound } from '@/lib/errors'
import { readCheckpoint } from './checkpoint'
import { inclusionProof, rootsOf, type Run } from './range'
import { inLedger, type LedgerTx } from './session'

/** One entry with what proves that it is in the log: the file that the offline verifier takes. */
export interface Proof {
  readonly tabellion: 'proof/1'
  /** The entry's canonical fields, as `ledger.sealed_entries` writes them. */
  readonly entry: Readonly<Record<string, unknown>>
  readonly position: number
  readonly size: number
  /** From the leaf up, base64. */
  readonly hashes: readonly string[]
  readonly checkpoint: string
}

/**
 * The inclusion proof of one entry under the newest checkpoint that covers it.
 * @throws NotFound when there is no such entry, or it is not under a checkpoint yet
 */
export const prove = (url: string, name: string, id: string): Promise<Proof> =>
  inLedger(url, name, async (tx) => {
    // One question: a proof is made of few hashes, and what it costs is going to and fro.
    const { rows } = await sql<Run & { place: number | null; note: string | null; entry: string | null }>`
      select p.place, p.note, p.entry, t.level, t.start, t.hashes
        from ledger.proof_of(${id}::bigint) p left join lateral ledger.tiles_around(p.place, p.size) t on true`.execute(
      tx,
    )
    const { place, note, entry } = rows[0] ?? { place: null, note: null, entry: null }
    const said = readCheckpoint(note ?? '')
    if (place === null || !said || place >= said.size) throw new NotFound(entry ? unsealed(id) : noEntry(id))
    const root = rootsOf(rows.filter((row) => row.hashes !== null))
    return {
      tabellion: 'proof/1',
      entry: JSON.parse(entry ?? 'null') as Record<string, unknown>,
      position: place,
      size: said.size,
      hashes: (await inclusionProof(tx, place, said.size, root)).map((hash) => hash.toString('base64')),
      checkpoint: note ?? '',
    }
  })

/** Position of an entry in the tree. @throws NotFound */
export async function placeOf(tx: LedgerTx, id: string): Promise<number> {
  const { rows } = await sql<{ place: number | null; there: boolean }>`
    select ledger.place_of(${id}::bigint) as place, ledger.transaction_of(${id}::bigint) is not null as there`.execute(
    tx,
  )
  const { place = null, there = false } = rows[0] ?? {}
  if (place === null) throw new NotFound(there ? unsealed(id) : noEntry(id))
  return place
}

const noEntry = (id: string) => ({
  en: `The log has no entry ${id}.`,
  pt: `A trilha não tem o registro ${id}.`,
})
const unsealed = (id: string) => ({
  en: `Entry ${id} is not under a checkpoint yet: seal first.`,
  pt: `O registro ${id} ainda não está sob um ponto de verificação: sele primeiro.`,
})
