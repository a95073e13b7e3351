import { sql } from 'kysely'
import { Conflict } from '@/lib/errors'
import { makeCheckpoint, readCheckpoint } from './checkpoint'
import { ledgerKeys, trustedKeys } from './keys'
import { rootOf } from './merkle'
import { rawPublicKey, verifierKey } from './note'
import { inclusionProof, leavesOf, rangeRoot } from './range'
import { seal } from './seal'
import { inLedger, type LedgerTx } from './session'

/** A checkpoint that evidence is given under, and the keys that it can be checked with. */
export interface Basis {
  readonly note: string
  readonly size: number
  readonly keys: readonly string[]
}

/** What evidence needs of an entry: whoever asks has been shown it by the policies of the log. */
export interface Listed {
  readonly id: string
  readonly xactId: string
}

/**
 * Seals what is there and signs it, so that evidence can be given of everything that was just listed.
 * @param home folder of the signing key
 * @throws Conflict when nothing is sealed
 */
export async function evidenceBasis(url: string, name: string, home: string): Promise<Basis> {
  await seal(url, name)
  const { current } = ledgerKeys(home)
  const made = await makeCheckpoint(url, name, [current])
  const said = made && readCheckpoint(made.note)
  if (!made || !said) throw new Conflict(nothingSealed)
  const raw = rawPublicKey(current)
  const keys = [raw, ...trustedKeys(home).filter((other) => !other.equals(raw))]
  return { note: made.note, size: said.size, keys: keys.map((key) => verifierKey(said.origin, key)) }
}

/** How many entries the evidence holds, and how many were not under its checkpoint. */
export interface Given {
  entries: number
  leftOut: number
}

/**
 * Entries in any selection, each with its proof under one checkpoint: the lines of `entries.ndjson`, told in
 * docs/ledger.md. Nothing proves that nothing was left out of the selection; each line proves itself.
 * @param given counts what was written, for who reads to the end
 */
export async function* evidenceLines(
  url: string,
  name: string,
  { note, size }: Basis,
  listed: AsyncIterable<readonly Listed[]>,
  given: Given = { entries: 0, leftOut: 0 },
): AsyncGenerator<string, void> {
  yield `${JSON.stringify({ tabellion: 'evidence/1', checkpoint: note })}\n`
  const root = remembering(size)
  for await (const some of listed) {
    const lines = await inLedger(url, name, async (tx) => {
      const places = await placesOf(tx, some)
      const proved = some.filter(({ id }) => (places.get(id) ?? size) < size)
      const { rows } = await sql<{ id: string; entry: string }>`
        select id::text as id, entry from ledger.sealed_entries(${proved.map((one) => one.id)}::bigint[])`.execute(
        tx,
      )
      const found: string[] = []
      for (const { id, entry } of rows) {
        const position = places.get(id) as number
        const hashes = await inclusionProof(tx, position, size, root)
        found.push(
          `${JSON.stringify({
            entry: JSON.parse(entry) as unknown,
            position,
            hashes: hashes.map((hash) => hash.toString('base64')),
          })}\n`,
        )
      }
      return found
    })
    given.entries += lines.length
    given.leftOut += some.length - lines.length
    if (lines.length > 0) yield lines.join('')
  }
  yield `${JSON.stringify({ end: given.entries, leftOut: given.leftOut })}\n`
}

/**
 * Positions in the tree of those that are sealed: an entry's block is the first whose snapshot sees its transaction. A block's rows of
 * numbers are unpacked once, and not for each entry.
 */
async function placesOf(tx: LedgerTx, some: readonly Listed[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: string; place: number }>`
    with wanted as materialized (
      select w.id, home.first_position, home.tree_size
        from unnest(${some.map((one) => one.id)}::bigint[], ${some.map((one) => one.xactId)}::xid8[]) as w (id, xid)
       cross join lateral (
         select b.first_position, b.tree_size from ledger.block b
          where b.visible_below > w.xid and pg_visible_in_snapshot(w.xid, b.snapshot_after)
          order by b.visible_below, b.number limit 1) home
    )
    select w.id::text as id, (l.first_position + u.n - 1)::float8 as place
      from (select distinct first_position, tree_size from wanted) b
      join ledger.leaves l on l.first_position >= b.first_position and l.first_position < b.tree_size
     cross join lateral unnest(l.ids) with ordinality as u (id, n)
      join wanted w on w.id = u.id and w.first_position = b.first_position`.execute(tx)
  return new Map(rows.map(({ id, place }) => [id, place]))
}

const tileWidth = 256
const remembered = 20_000

/** Roots of ranges of the first `size` leaves; those within one tile of 256 are computed from its leaves, read once. */
function remembering(size: number) {
  const known = new Map<string, Promise<Buffer>>()
  const keep = (key: string, make: () => Promise<Buffer>) => {
    if (known.size > remembered) known.clear()
    const made = known.get(key) ?? make()
    known.set(key, made)
    return made
  }
  return async (tx: LedgerTx, start: number, end: number): Promise<Buffer> => {
    const first = start - (start % tileWidth)
    if (end > first + tileWidth) return keep(`${start} ${end}`, () => rangeRoot(tx, start, end))
    const leaves = await keep(`tile ${first}`, () => leavesOf(tx, first, Math.min(first + tileWidth, size)))
    return rootOf(leaves.subarray((start - first) * 32, (end - first) * 32))
  }
}

const nothingSealed = {
  en: 'Nothing is sealed yet: there is no checkpoint to give evidence under.',
  pt: 'Nada está selado ainda: não há ponto de verificação para dar evidência.',
}
