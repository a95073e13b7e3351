import type { KeyObject } from 'node:crypto'
import { sql } from 'kysely'
import { sha256 } from './merkle'
import { checkpointText, parseCheckpoint, parseNote, signNote } from './note'
import { inLedger, type LedgerTx } from './session'

/** A signed checkpoint as the ledger keeps it. */
export interface MadeCheckpoint {
  readonly size: number
  readonly note: string
  /** False when the newest checkpoint already covered everything. */
  readonly made: boolean
}

/**
 * Signs the newest sealed size, after its block is durable, unless there is a checkpoint of it. The note also carries
 * the hash of the configuration at that moment, so that switching capture off and on again shows.
 * @param keys more than one while a key is being replaced
 * @returns null when nothing is sealed yet
 */
export const makeCheckpoint = (
  url: string,
  name: string,
  keys: readonly KeyObject[],
): Promise<MadeCheckpoint | null> =>
  inLedger(
    url,
    name,
    async (tx) => {
      const { rows } = await sql<{
        size: number
        root: Buffer
        origin: string
        now: string
        note: string | null
      }>`
        select b.tree_size as size, b.root,
               'tabellion/' || ledger.identity()::text as origin,
               to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as now,
               (select c.note from ledger.checkpoint c where c.tree_size = b.tree_size order by c.id desc limit 1) as note
          from ledger.block b order by b.number desc limit 1`.execute(tx)
      const last = rows[0]
      if (!last) return null
      const configuration = await keepConfiguration(tx)
      const config = `config ${configuration.toString('hex')}`
      if (last.note && keys.length === 1 && last.note.includes(`\n${config}\n`))
        return { size: last.size, note: last.note, made: false }
      const { origin } = last
      const text = checkpointText({
        origin,
        size: last.size,
        root: last.root,
        extensions: [`time ${last.now}`, config],
      })
      const note = signNote(text, origin, keys)
      await sql`
        insert into ledger.checkpoint (tree_size, root, note, configuration)
        values (${last.size}, ${last.root}, ${note}, ${configuration})`.execute(tx)
      return { size: last.size, note, made: true }
    },
    { write: true },
  )

/** The configuration as it is, kept when it was not seen before; its hash. */
async function keepConfiguration(tx: LedgerTx): Promise<Buffer> {
  const { rows } = await sql<{ lines: string[] }>`select ledger.configuration_lines() as lines`.execute(tx)
  const lines = rows[0]?.lines ?? []
  const hash = hashOfLines(lines)
  await sql`insert into ledger.configuration (hash, lines) values (${hash}, ${lines}::text[]) on conflict do nothing`.execute(
    tx,
  )
  return hash
}

export const hashOfLines = (lines: readonly string[]): Buffer =>
  sha256(Buffer.from(lines.map((line) => `${line}\n`).join('')))

/** What a note says, without judging its signature; null when it is no checkpoint. */
export function readCheckpoint(note: string) {
  const parsed = parseNote(note)
  const said = parsed && parseCheckpoint(parsed.text)
  return parsed && said ? { note: parsed, ...said } : null
}
