import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Invalid, type Sentence } from '@/lib/errors'
import { parseQuery } from '@/lib/sql/parse'

/** A parameter and the query that proposes values for it, run under the operation's own role. */
export interface Parameter {
  readonly name: string
  /** One column; each row a candidate. May use `:name` of the session and of earlier parameters. */
  readonly sql: string
}

/** One standard operation: a query that an application runs all day, and how fast it has to be. */
export interface Operation {
  /** The file's name without its ending. */
  readonly id: string
  readonly title: Sentence
  /** Role it runs under. */
  readonly role: string
  /**
   * Who to run it as, one line each: a column with a dot in its name is a setting of the transaction, any other a
   * parameter.
   */
  readonly session: string
  readonly parameters: readonly Parameter[]
  /** Milliseconds that its p95 may take. */
  readonly limit: number
  readonly sql: string
}

const known = ['title', 'title-pt', 'role', 'session', 'limit'] as const

/**
 * Reads one operation: a head of `-- name: value` lines (`title`, `title-pt`, `role`, `session`, `limit`, every other
 * name is a parameter with its query) and one SELECT. The SQL parser must be loaded.
 * @throws Invalid with what is wrong.
 */
export function parseOperation(id: string, text: string): Operation {
  const head = [...text.matchAll(/^-- ([a-z_-]+): (.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value.trim()] as const,
  )
  const said = new Map(head)
  const sql = text
    .replace(/^--.*\n?/gm, '')
    .trim()
    .replace(/;$/, '')
  const refuse = (en: string, pt: string): never => {
    throw new Invalid({ en: `Operation ${id}: ${en}`, pt: `Operação ${id}: ${pt}` })
  }
  const role = said.get('role') ?? refuse('it names no role.', 'não indica o papel.')
  const session = said.get('session') ?? 'select 1 as one'
  const limit = Number.parseFloat(said.get('limit') ?? '100')
  if (!(limit > 0))
    refuse('its limit is no number of milliseconds.', 'o limite não é um número de milissegundos.')
  const parameters = head
    .filter(([name]) => !(known as readonly string[]).includes(name))
    .map(([name, query]) => ({ name, sql: query }))
  for (const query of [sql, session, ...parameters.map((one) => one.sql)]) {
    if (!isPlainSelect(query))
      refuse(
        'only a single SELECT that changes and locks nothing is measured.',
        'só se mede um único SELECT que nada altera nem bloqueia.',
      )
  }
  return {
    id,
    title: { en: said.get('title') ?? id, pt: said.get('title-pt') ?? said.get('title') ?? id },
    role,
    session,
    parameters,
    limit,
    sql,
  }
}

/** One SELECT without INTO, row locks or data-changing WITH; the read-only transaction is the second guard. */
function isPlainSelect(sql: string): boolean {
  const { text } = numbered(sql)
  if (parseQuery(text) === null) return false
  return !/\bfor\s+(no\s+key\s+)?(update|share|key\s+share)\b|\binto\b|\b(insert|update|delete|merge)\b\s+(into|from|only|\w)/i.test(
    text.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "''"),
  )
}

/** `:name` as `$1 …` in the order of first use; strings and casts are left alone. */
export function numbered(sql: string): { readonly text: string; readonly names: readonly string[] } {
  const names: string[] = []
  const text = sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|::|:([a-z_]\w*)/g, (whole, name?: string) => {
    if (name === undefined) return whole
    if (!names.includes(name)) names.push(name)
    return `$${names.indexOf(name) + 1}`
  })
  return { text, names }
}

/**
 * The operations of a folder, by name.
 * @throws Invalid when the folder or one of its files cannot be used.
 */
export function readOperations(folder: string): readonly Operation[] {
  if (!existsSync(folder))
    throw new Invalid({
      en: `There is no folder ${folder} with operations.`,
      pt: `Não existe a pasta ${folder} de operações.`,
    })
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => parseOperation(name.slice(0, -4), readFileSync(join(folder, name), 'utf8')))
}
