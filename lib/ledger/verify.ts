import { sql } from 'kysely'
import { Invalid } from '@/lib/errors'
import { readCheckpoint } from './checkpoint'
import { checkConfiguration } from './configuration'
import { fold, type Folded, type Span } from './fold'
import { besideSpan, judge, ownCheckpoints, type Bench } from './judge'
import { Frontier } from './merkle'
import { frontierAt, LacksHashes } from './range'
import { checkOf, verdictOf, type Check, type Note, type Problem, type Report } from './report'
import { checkRows } from './rows'
import { inLedger, type LedgerTx } from './session'

/** A checkpoint that somebody outside the database holds. */
export interface HeldNote {
  readonly by: string
  readonly note: string
}

export interface VerifyOptions {
  /** Look at entries after this size only; it has to be the end of a block. 0: everything. */
  readonly from?: number
  /** Up to this size; left out: everything that is sealed. */
  readonly to?: number
  /** Public keys (32 bytes) whose signatures count. */
  readonly trusted: readonly Uint8Array[]
  readonly outside?: readonly HeldNote[]
  /** Witnesses that could not be asked. */
  readonly unreachable?: readonly string[]
  readonly workers?: number
  /** Compare the rows as they stand with the log, with the login's own rights. */
  readonly rows?: boolean
  readonly rowLimit?: number
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Verifies the sealed log of one database: entries against leaves, leaves against the tree, membership against snapshots,
 * checkpoints of the database and of everybody outside against the tree, rows and configuration against what they should
 * be. Writes nothing.
 */
export async function verify(url: string, name: string, options: VerifyOptions): Promise<Report> {
  const began = performance.now()
  const startedAt = new Date().toISOString()
  const { outside = [], workers = 1 } = options
  const from = options.from ?? 0
  const { span, start, window, own, bench } = await inLedger(url, name, async (tx) => {
    const found = await spanOf(tx, from, options.to)
    await refuseNoPart(tx, from, options.to, found)
    return {
      span: found,
      start: await beginning(tx, found),
      window: await windowOf(tx),
      own: await ownCheckpoints(tx, found?.from ?? from),
      bench: await benchOf(tx, found, options),
    }
  })
  const [inside, foreign] = [judge(bench), judge(bench)]
  for (const { by, note } of outside) foreign.hear(note, by, null)
  const count = () => inLedger(url, name, (tx) => checkMembership(tx, span))
  // Counting is one question: with several connections it is asked beside the others.
  const counted = workers > 1 ? count() : null
  const [folded, early] = await Promise.all([
    span
      ? fold({
          url,
          name,
          span,
          start,
          lastSigned: own.last,
          onCheckpoint: (note, at) => inside.hear(note, null, at),
          sizes: new Set(outside.map(({ note }) => readCheckpoint(note)?.size ?? -1)),
          workers,
          onProgress: (done) => options.onProgress?.(done, span.to - span.from),
        })
      : nothing,
    counted,
  ])
  const membership = early ?? (await count())
  const { content, configuration } = await inLedger(url, name, async (tx) => {
    for await (const note of besideSpan(tx, own, span)) inside.hear(note, null, null)
    await inside.finish(tx, folded.roots)
    await foreign.finish(tx, folded.roots)
    return {
      content: await checkContent(tx, span ? span.to - span.from : 0, folded),
      configuration: await checkConfiguration(tx, span?.from ?? from),
    }
  })
  const tree = checkOf('tree', span?.blocks ?? 0, folded.tree)
  const rows: Check =
    options.rows === false
      ? { id: 'rows', outcome: 'unknown', looked: 0, problems: [], notes: [{ kind: 'not-asked', about: '' }] }
      : await inLedger(url, name, (tx) => checkRows(tx, options.rowLimit), { mode: 'own' })
  const checkpoints = [
    checkpointsCheck(checkOf('checkpoints', inside.heard(), inside.problems), options),
    witnessesCheck(foreign.problems, options),
  ]
  const checks = [content, tree, membership, ...checkpoints, rows, configuration]
  const newest = readCheckpoint(own.newest ?? '')
  return {
    database: name,
    from: span?.from ?? from,
    to: span?.to ?? from,
    verdict: verdictOf(checks),
    checks,
    startedAt,
    tookMs: Math.round(performance.now() - began),
    window,
    checkpoint: newest ? { size: newest.size, time: timeOf(newest.extensions) } : null,
  }
}

const nothing: Folded = { roots: new Map(), content: [], tree: [], archived: 0 }

/** The blocks that begin in these positions, by their ends; null when there are none. */
async function spanOf(tx: LedgerTx, from: number, to: number | undefined): Promise<Span | null> {
  const { rows } = await sql<Span>`
    with span as (
      select count(*) as blocks, min(first_position) as first, max(first_position) as last from ledger.block
       where first_position >= ${from} and first_position < ${to ?? Number.MAX_SAFE_INTEGER}
    )
    select span.blocks, f.first_position as "from", f.snapshot_before::text as before, f.number,
           span.first = 0 or exists (select from ledger.block b where b.tree_size = span.first and b.number = f.number - 1) as continued,
           l.tree_size as "to", l.snapshot_after::text as after
      from span
      join ledger.block f on f.first_position = span.first
      join ledger.block l on l.first_position = span.last`.execute(tx)
  return rows[0] ?? null
}

/** A part that is not there is an error, never a part without faults: the tree may have been cut short. */
async function refuseNoPart(
  tx: LedgerTx,
  from: number,
  to: number | undefined,
  span: Span | null,
): Promise<void> {
  const { rows } = await sql<{ size: string }>`
    select coalesce(max(tree_size), 0) as size from ledger.block`.execute(tx)
  const size = Number(rows[0]?.size)
  if (from > size) throw new Invalid(shorter(from, size))
  if (to !== undefined && to <= from && size > 0) throw new Invalid(noPart(from, to))
  if (from > 0 && (span?.from ?? size) !== from) throw new Invalid(noBlockEnd(from))
}

/** The tree before the span; where no block or no hash says it, an empty one, which nothing then continues. */
async function beginning(tx: LedgerTx, span: Span | null): Promise<Frontier> {
  if (!span?.continued) return new Frontier()
  try {
    return await frontierAt(tx, span.from)
  } catch (error) {
    if (error instanceof LacksHashes) return new Frontier()
    throw error
  }
}

/** What checkpoints are judged by: which log this is, and how much of it is sealed. */
async function benchOf(tx: LedgerTx, span: Span | null, { trusted, to }: VerifyOptions): Promise<Bench> {
  const { rows } = await sql<{ origin: string; size: number }>`
    select 'tabellion/' || ledger.identity()::text as origin, tree_size as size
      from ledger.block order by number desc limit 1`.execute(tx)
  const { origin, size } = rows[0] ?? { origin: '', size: 0 }
  return { origin, sealed: size, to: span?.to ?? 0, part: to !== undefined, trusted }
}

/** Entries against leaves; those that left for an archive are named, each with the entry that says it left. */
async function checkContent(tx: LedgerTx, looked: number, { content, archived }: Folded): Promise<Check> {
  if (archived === 0) return checkOf('content', looked, content)
  const { rows } = await sql<{ part: string; entries: number; hash: string; told: boolean }>`
    select part, entries, encode(file_hash, 'hex') as hash, ledger.archive_told(id) as told from ledger.archive order by id`.execute(
    tx,
  )
  return checkOf(
    'content',
    looked - archived,
    [
      ...content,
      ...rows
        .filter((row) => !row.told)
        .map((row): Problem => ({ kind: 'archive', at: null, entry: null, about: row.part })),
    ],
    rows.map((row): Note => ({ kind: 'archived', about: `${row.part} (${row.entries}) sha256:${row.hash}` })),
  )
}

/** What is committed and not sealed, and since when. */
export async function windowOf(tx: LedgerTx): Promise<Report['window']> {
  const { rows } = await sql<{ entries: number; oldest: string | null }>`
    select entries, to_char(oldest at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as oldest from ledger.window()`.execute(
    tx,
  )
  return rows[0] ?? { entries: 0, oldest: null }
}

/** Every entry that the last snapshot sees is in one block: as many as there are leaves, and none beside them. */
async function checkMembership(tx: LedgerTx, span: Span | null): Promise<Check> {
  if (!span) return checkOf('membership', 0, [])
  const { from, to, after } = span
  const before = from === 0 ? null : span.before
  const { rows } = await sql<{ n: number }>`
    select ledger.count_visible(${before}::pg_snapshot, ${after}::pg_snapshot) as n`.execute(tx)
  const count = rows[0]?.n ?? 0
  if (count <= to - from) return checkOf('membership', to - from, [])
  const { rows: strays } = await sql<{
    id: string
  }>`select s::text as id from ledger.strays(${after}::pg_snapshot) as s`.execute(tx)
  const found = strays.map(({ id }): Problem => ({ kind: 'stray', at: null, entry: id, about: null }))
  const unnamed: Problem[] = [{ kind: 'stray', at: null, entry: null, about: String(count - (to - from)) }]
  return checkOf('membership', to - from, found.length > 0 ? found : unnamed)
}

/** Without keys a signature says nothing; without a checkpoint there is none to ask. */
function checkpointsCheck(inside: Check, { trusted }: VerifyOptions): Check {
  if (trusted.length === 0 && inside.outcome === 'pass')
    return { ...inside, outcome: 'unknown', notes: [{ kind: 'no-keys', about: '' }] }
  return inside.looked === 0 ? { ...inside, notes: [{ kind: 'no-checkpoint', about: '' }] } : inside
}

function witnessesCheck(
  problems: readonly Problem[],
  { trusted, outside = [], unreachable = [] }: VerifyOptions,
): Check {
  const foreign = checkOf('witnesses', outside.length, problems, witnessNotes(outside, unreachable))
  const doubt = unreachable.length > 0 && outside.length === 0 && foreign.outcome !== 'fail'
  return doubt || (trusted.length === 0 && foreign.outcome === 'pass')
    ? { ...foreign, outcome: 'unknown' }
    : foreign
}

function witnessNotes(outside: readonly HeldNote[], unreachable: readonly string[]): Note[] {
  const newest = new Map<string, { size: number; time: string | null }>()
  for (const { by, note } of outside) {
    const said = readCheckpoint(note)
    if (said && said.size >= (newest.get(by)?.size ?? 0))
      newest.set(by, { size: said.size, time: timeOf(said.extensions) })
  }
  return [
    ...[...newest].map(([by, { size, time }]): Note => ({
      kind: 'witness-agrees',
      about: `${by} ${size} ${time ?? ''}`.trim(),
    })),
    ...unreachable.map((by): Note => ({ kind: 'unreachable-witness', about: by })),
    ...(outside.length === 0 && unreachable.length === 0 ? [{ kind: 'no-witness', about: '' } as const] : []),
  ]
}

/** The moment a checkpoint says it was signed at. */
export const timeOf = (extensions: readonly string[]): string | null =>
  extensions.find((line) => line.startsWith('time '))?.slice(5) ?? null

const shorter = (from: number, size: number) => ({
  en: `Nothing was verified: the sealed tree has ${size} entries, and ${from} were asked for or verified before. If it once had them, some are gone.`,
  pt: `Nada foi verificado: a árvore selada tem ${size} registros, e ${from} foram pedidos ou já verificados. Se um dia os teve, alguns sumiram.`,
})
const noPart = (from: number, to: number) => ({
  en: `Nothing was verified: after ${from} and up to ${to} there is nothing.`,
  pt: `Nada foi verificado: depois de ${from} e até ${to} não há nada.`,
})
const noBlockEnd = (size: number) => ({
  en: `No block ends at ${size}: a verification begins where an earlier one ended.`,
  pt: `Nenhum bloco termina em ${size}: uma verificação começa onde outra terminou.`,
})
