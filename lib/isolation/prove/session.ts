import type { RelationId } from '@/lib/catalog/types'
import { KeptConnection } from '@/lib/catalog/kept-connection'
import { connected, defaultLimits, inTransaction, type Connection, type Session } from '@/lib/catalog/session'

/** Who asks, as PostgreSQL shall see it: every custom setting that is set, claims included. */
export interface Identity {
  /** `session_user`, where it is known. */
  readonly login: string | null
  readonly role: string
  readonly settings: Readonly<Record<string, string>>
}

/** What an expression is worth to somebody, as text (`null` is NULL) with its type; or why it has no value. */
export type Evaluated =
  | { readonly text: string | null; readonly type: string }
  | {
      readonly error: string
      /** It could not be asked in these words, which says nothing of its value. */
      readonly misput?: boolean
    }

/** Rows of a table as texts; `null` when they may not be read or are too many. */
export type Rows = readonly (readonly (string | null)[])[] | null

/** What the prover asks of PostgreSQL: never anything that writes, never the rows of tenants. */
export interface SessionEvaluator {
  /**
   * Values of expressions without columns and without sub-queries, made of built-in operators, casts and functions
   * that read no table; in the order they are given.
   */
  evaluate(as: Identity, expressions: readonly string[]): Promise<readonly Evaluated[]>
  /** Rows of a support table, `alone` without those of its heirs; `null` also when they are more than `limit`. */
  rows(relation: RelationId, columns: readonly string[], limit: number, alone?: boolean): Promise<Rows>
}

/**
 * Over connections that are lent or a URL each: expressions run on `expressions` (a clone, or the governed database),
 * content is read from `content` (the governed database). Both in read-only transactions with short timeouts that are
 * rolled back; the prover sends nothing there but built-in functions that change nothing.
 */
export function databaseEvaluator(
  expressions: string | Connection,
  content: string | Connection,
): SessionEvaluator {
  return evaluator(
    (work) => connected(expressions, limits, work),
    (work) => connected(content, limits, work),
  )
}

/** The same over connections that stay open while `work` runs. */
export async function withEvaluator<T>(
  expressions: string,
  content: string,
  work: (session: SessionEvaluator) => Promise<T>,
): Promise<T> {
  const [one, other] = [expressions, content].map((url) => new KeptConnection(url, limits))
  try {
    return await work(
      evaluator(
        (use) => one!.use(use),
        (use) => other!.use(use),
      ),
    )
  } finally {
    await Promise.all([one!.close(), other!.close()])
  }
}

const limits = { ...defaultLimits, statementTimeout: 5_000 }

type Lend = <T>(work: (client: Connection) => Promise<T>) => Promise<T>

function evaluator(expressions: Lend, content: Lend): SessionEvaluator {
  return {
    evaluate: (as, texts) =>
      expressions((client) =>
        inTransaction(client, limits, async (session) => {
          await become(session, as)
          return evaluateAll(session, texts)
        }),
      ),
    rows: (relation, columns, limit, alone = false) =>
      content((client) =>
        inTransaction(client, limits, async (session) => {
          const list = columns.map((name) => `t.${ident(name)}::text`).join(', ')
          try {
            // A scan that row security filters would take a part for the whole.
            await session.run('set local row_security = off')
            const rows = await session.rows<(string | null)[]>(
              `select ${list || 'null'} from ${alone ? 'only ' : ''}${relation} t limit ${Math.trunc(limit) + 1}`,
            )
            return rows.length > limit ? null : rows
          } catch {
            return null
          }
        }),
      ),
  }
}

/** Sets what the application would set; a role that may not be taken is left: the prover asks nothing that needs it. */
async function become(session: Session, as: Identity): Promise<void> {
  const set = Object.entries(as.settings).map(
    ([name, value]) => `pg_catalog.set_config(${literal(name)}, ${literal(value)}, true)`,
  )
  if (set.length > 0) await session.rows(`select ${set.join(', ')}`)
  await session.run('savepoint role')
  try {
    await session.run(`set local role ${ident(as.role)}`)
  } catch {
    await session.run('rollback to savepoint role')
  }
}

const together = 200

async function evaluateAll(session: Session, texts: readonly string[]): Promise<Evaluated[]> {
  const answers: Evaluated[] = []
  for (let at = 0; at < texts.length; at += together) {
    answers.push(...(await evaluateSome(session, texts.slice(at, at + together))))
  }
  return answers
}

/** One statement for many; when one of them fails they are halved, so that an error stays with what caused it. */
async function evaluateSome(session: Session, texts: readonly string[]): Promise<Evaluated[]> {
  if (texts.length === 0) return []
  await session.run('savepoint evaluation')
  try {
    const list = texts.map((text) => `(${text})::text, pg_catalog.pg_typeof(${text})::text`)
    const [row] = await session.rows<(string | null)[]>(`select ${list.join(', ')}`)
    await session.run('release savepoint evaluation')
    return texts.map((_, at) => ({ text: row?.[at * 2] ?? null, type: row?.[at * 2 + 1] ?? 'unknown' }))
  } catch (error) {
    await session.run('rollback to savepoint evaluation')
    if (texts.length === 1) return [failed(error)]
    const half = Math.ceil(texts.length / 2)
    const first = await evaluateSome(session, texts.slice(0, half))
    return [...first, ...(await evaluateSome(session, texts.slice(half)))]
  }
}

/** Syntax, types and functions that do not fit: SQLSTATE 42601, 42883, 42725, 42804, 42846, 42P18, 42703, 42809. */
const misput = /^42(601|883|725|804|846|P18|703|809)$/

function failed(error: unknown): Evaluated {
  const { code = '', message = String(error) } = error as { code?: string; message?: string }
  return misput.test(code) ? { error: message, misput: true } : { error: message }
}

/** A quoted identifier. */
export const ident = (name: string) => `"${name.replaceAll('"', '""')}"`

/** A string constant, safe under every setting of standard_conforming_strings. */
export const literal = (text: string) =>
  text.includes('\\')
    ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`
