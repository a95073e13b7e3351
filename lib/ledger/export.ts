import { sql } from 'kysely'
import { Invalid, NotFound } from '@/lib/errors'
import { readCheckpoint } from './checkpoint'
import { rangeRoot } from './range'
import { inLedger, type LedgerTx } from './session'

export interface ExportOptions {
  /** Positions, from 0; left out: everything under the newest checkpoint. */
  readonly from?: number
  readonly to?: number
  /** Take the checkpoint of this size instead of the newest. */
  readonly size?: number
}

/**
 * Entries of the sealed log as lines that anybody can check without the database: a header with a checkpoint and the
 * hashes of what is left out on either side, then one entry a line. The export is itself an entry of the log.
 * @param out takes one line at a time; false when nobody reads on, which ends the export and keeps its entry
 * @returns how many entries were written
 */
export const exportSegment = (
  url: string,
  name: string,
  { from = 0, to, size }: ExportOptions,
  out: (line: string) => Promise<void | false>,
): Promise<number> =>
  inLedger(
    url,
    name,
    async (tx) => {
      const { rows } = await sql<{ note: string }>`
        select note from ledger.checkpoint where ${size ?? null}::bigint is null or tree_size = ${size ?? null}::bigint
         order by tree_size desc, id desc limit 1`.execute(tx)
      const said = rows[0] && readCheckpoint(rows[0].note)
      if (!said) throw new NotFound(noCheckpoint)
      const end = to ?? said.size
      if (!(from >= 0 && from < end && end <= said.size)) throw new Invalid(noRange(said.size))
      await out(
        JSON.stringify({
          tabellion: 'segment/1',
          first: from,
          count: end - from,
          left: await subtrees(tx, 0, from),
          right: await subtrees(tx, end, said.size),
          checkpoint: rows[0]?.note,
        }),
      )
      await sql`select ledger.record_event('export', p_table => 'ledger.audit_logs', p_count => ${Math.min(end - from, 2 ** 31 - 1)})`.execute(
        tx,
      )
      for (let at = from; at < end;) {
        const { rows: parts } = await sql<{ first: number; ids: string[] }>`
          select first_position as first, ids::text[] as ids from ledger.leaves where first_position <= ${at} order by first_position desc limit 1`.execute(
          tx,
        )
        const part = parts[0] as { first: number; ids: string[] }
        const ids = part.ids.slice(at - part.first, end - part.first)
        const { rows: entries } = await sql<{
          entry: string
        }>`select entry from ledger.sealed_entries(${ids}::bigint[])`.execute(tx)
        if (entries.length !== ids.length) throw new NotFound(gone(at))
        for (const [n, { entry }] of entries.entries())
          if ((await out(JSON.stringify(JSON.parse(entry)))) === false) return at + n - from
        at += ids.length
      }
      return end - from
    },
    { write: true },
  )

/** `[start, end)` as full subtrees from left to right: `[height, base64]`. */
async function subtrees(tx: LedgerTx, start: number, end: number): Promise<[number, string][]> {
  const found: [number, string][] = []
  for (let at = start; at < end;) {
    let height = 0
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= end) height++
    found.push([height, (await rangeRoot(tx, at, at + 2 ** height)).toString('base64')])
    at += 2 ** height
  }
  return found
}

const noCheckpoint = {
  en: 'There is no such checkpoint yet: seal, then sign one.',
  pt: 'Ainda não existe esse ponto de verificação: sele e assine um.',
}
const noRange = (size: number) => ({
  en: `Nothing was written: the checkpoint covers positions 0 to ${size - 1}; ask for some of them, with the end after the beginning.`,
  pt: `Nada foi escrito: o ponto de verificação cobre as posições 0 a ${size - 1}; peça algumas delas, com o fim depois do início.`,
})
const gone = (at: number) => ({
  en: `An entry at or after position ${at} is gone from the log: verify it.`,
  pt: `Um registro na posição ${at} ou depois sumiu da trilha: verifique-a.`,
})
