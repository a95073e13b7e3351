import { sql } from 'kysely'
import { Invalid } from '@/lib/errors'
import { readCheckpoint } from './checkpoint'
import { checkConfiguration } from './configuration'
import { fold, nodeProblems, type Folded, type Span } from './fold'
import { signedByOne } from './note'
import { rangeRoot } from './range'
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
  const { span, window, signed } = await inLedger(url, name, async (tx) => {
    const found = await spanOf(tx, options.from ?? 0, options.to)
    return {
      span: found,
      window: await windowOf(tx),
      signed: await ownCheckpoints(tx, found?.from ?? options.from ?? 0),
    }
  })
  if (options.from && span && span.from !== options.from) throw new Invalid(noBlockEnd(options.from))
  const sizes = new Set([...signed, ...outside.map(({ note }) => note)].map((note) => sizeOf(note)))
  const count = () => inLedger(url, name, (tx) => checkMembership(tx, span))
  // Counting is one question: with several connections it is asked beside the others.
  const counted = workers > 1 ? count() : null
  const [folded, early] = await Promise.all([
    span
      ? fold({
          url,
          name,
          span,
          sizes,
          workers,
          onProgress: (done) => options.onProgress?.(done, span.to - span.from),
        })
      : nothing,
    counted,
  ])
  const membership = early ?? (await count())
  const { content, tree, checkpoints, configuration } = await inLedger(url, name, async (tx) => ({
    content: await checkContent(tx, span ? span.to - span.from : 0, folded),
    tree: checkOf('tree', span?.blocks ?? 0, [
      ...folded.tree,
      ...(span ? await nodeProblems(tx, folded, span) : []),
    ]),
    checkpoints: await checkCheckpoints(tx, folded.roots, span?.to ?? 0, signed, options),
    configuration: await checkConfiguration(tx, span?.from ?? options.from ?? 0),
  }))
  const rows: Check =
    options.rows === false
      ? { id: 'rows', outcome: 'unknown', looked: 0, problems: [], notes: [{ kind: 'not-asked', about: '' }] }
      : await inLedger(url, name, (tx) => checkRows(tx, options.rowLimit), { mode: 'own' })
  const checks = [content, tree, membership, ...checkpoints.checks, rows, configuration]
  return {
    database: name,
    from: span?.from ?? options.from ?? 0,
    to: span?.to ?? 0,
    verdict: verdictOf(checks),
    checks,
    startedAt,
    tookMs: Math.round(performance.now() - began),
    window,
    checkpoint: checkpoints.newest,
  }
}

const nothing: Folded = { roots: new Map(), content: [], tree: [], nodes: [], archived: 0 }

/** The blocks that begin in these positions, by their ends; null when there are none. */
async function spanOf(tx: LedgerTx, from: number, to: number | undefined): Promise<Span | null> {
  const { rows } = await sql<Span>`
    with span as (
      select count(*) as blocks, min(first_position) as first, max(first_position) as last from ledger.block
       where first_position >= ${from} and first_position < ${to ?? Number.MAX_SAFE_INTEGER}
    )
    select span.blocks, f.first_position as "from", f.snapshot_before::text as before, f.number,
           (select b.frontier from ledger.block b where b.tree_size = span.first and b.number = f.number - 1) as frontier,
           l.tree_size as "to", l.snapshot_after::text as after
      from span
      join ledger.block f on f.first_position = span.first
      join ledger.block l on l.first_position = span.last`.execute(tx)
  return rows[0] ?? null
}

/** Notes of the database itself that say something about this part of the log, in the order of their sizes. */
async function ownCheckpoints(tx: LedgerTx, from: number): Promise<readonly string[]> {
  const { rows } = await sql<{ note: string }>`
    select note from ledger.checkpoint
     where tree_size >= least(${from}::bigint, (select max(tree_size) from ledger.checkpoint)) order by tree_size, id`.execute(
    tx,
  )
  return rows.map(({ note }) => note)
}

const sizeOf = (note: string): number => readCheckpoint(note)?.size ?? -1

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

async function checkCheckpoints(
  tx: LedgerTx,
  roots: ReadonlyMap<number, Buffer>,
  to: number,
  own: readonly string[],
  { trusted, outside = [], unreachable = [], to: asked }: VerifyOptions,
): Promise<{ checks: Check[]; newest: Report['checkpoint'] }> {
  const { rows: origins } = await sql<{ origin: string; size: number }>`
    select 'tabellion/' || ledger.identity()::text as origin, tree_size as size
      from ledger.block order by number desc limit 1`.execute(tx)
  const origin = origins[0]?.origin ?? ''
  const sealed = origins[0]?.size ?? 0
  const judge = async (note: string, by: string | null): Promise<Problem | null> => {
    const said = readCheckpoint(note)
    const at = said?.size ?? null
    if (!said || (trusted.length > 0 && !signedByOne(said.note, said.origin, trusted)))
      return { kind: 'signature', at, entry: null, about: by }
    if (by === null && said.origin !== origin)
      return { kind: 'signature', at, entry: null, about: said.origin }
    if (said.size > sealed) return { kind: 'truncated', at, entry: null, about: by }
    if (asked !== undefined && said.size > to) return null
    const root = roots.get(said.size) ?? (await rangeRoot(tx, 0, said.size))
    return root.equals(said.root) ? null : { kind: 'forked', at, entry: null, about: by }
  }
  const all = async (notes: readonly { note: string; by: string | null }[]) => {
    const found: Problem[] = []
    for (const { note, by } of notes) {
      const problem = await judge(note, by)
      if (problem) found.push(problem)
    }
    return found
  }
  const inside = checkOf('checkpoints', own.length, await all(own.map((note) => ({ note, by: null }))))
  const foreign = checkOf('witnesses', outside.length, await all(outside), witnessNotes(outside, unreachable))
  const doubt = unreachable.length > 0 && foreign.outcome !== 'fail'
  const newest = readCheckpoint(own.at(-1) ?? '')
  return {
    newest: newest ? { size: newest.size, time: timeOf(newest.extensions) } : null,
    checks: [
      trusted.length === 0 && inside.outcome === 'pass'
        ? { ...inside, outcome: 'unknown', notes: [{ kind: 'no-keys', about: '' }] }
        : own.length === 0
          ? { ...inside, notes: [{ kind: 'no-checkpoint', about: '' }] }
          : inside,
      (doubt && outside.length === 0) || (trusted.length === 0 && foreign.outcome === 'pass')
        ? { ...foreign, outcome: 'unknown' }
        : foreign,
    ],
  }
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

const noBlockEnd = (size: number) => ({
  en: `No block ends at ${size}: a verification begins where an earlier one ended.`,
  pt: `Nenhum bloco termina em ${size}: uma verificação começa onde outra terminou.`,
})
