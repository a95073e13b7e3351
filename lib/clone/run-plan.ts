import type { Client } from 'pg'
import { leave, type Left, type Statement } from './statement'

/** Statements that go to the server together: their locks must fit into one transaction. */
const batch = 64

interface Failure {
  readonly statement: Statement
  readonly error: unknown
}

/**
 * Runs statements each for itself; those that fail are tried again after the others, as long as that helps: what they
 * need may come later. The ones that never succeed come back with the server's reason.
 * @throws the signal's reason
 */
export async function runStatements(
  statements: readonly Statement[],
  clients: Readonly<Record<Statement['by'], Client>>,
  signal?: AbortSignal,
): Promise<Left[]> {
  let waiting = statements
  for (;;) {
    const failed: Failure[] = []
    for (const group of groups(waiting)) {
      signal?.throwIfAborted()
      failed.push(...(await runGroup(group, clients)))
    }
    if (failed.length === 0) return []
    if (failed.length === waiting.length)
      return failed.map(({ statement, error }) => refused(statement, error))
    waiting = failed.map(({ statement }) => statement)
  }
}

/** Neighbours that one client runs. */
function groups(statements: readonly Statement[]): Statement[][] {
  const out: Statement[][] = []
  for (const statement of statements) {
    const last = out.at(-1)
    if (last && last[0]?.by === statement.by && last.length < batch) last.push(statement)
    else out.push([statement])
  }
  return out
}

/** All of them in one round trip, which the server takes or refuses as a whole; refused, each half for itself. */
async function runGroup(
  group: readonly Statement[],
  clients: Readonly<Record<Statement['by'], Client>>,
): Promise<Failure[]> {
  const [statement] = group
  if (!statement) return []
  try {
    await clients[statement.by].query(group.map(({ sql }) => sql).join('\n;\n'))
    return []
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (group.length === 1) return [{ statement, error }]
    const half = Math.ceil(group.length / 2)
    return [
      ...(await runGroup(group.slice(0, half), clients)),
      ...(await runGroup(group.slice(half), clients)),
    ]
  }
}

/** The server's answer, not a broken connection. */
const isRefusal = (error: unknown): error is Error & { code: string } =>
  error instanceof Error &&
  'code' in error &&
  /^[0-9A-Z]{5}$/.test(String(error.code)) &&
  !String(error.code).startsWith('57P')

function refused({ object }: Statement, error: unknown): Left {
  const said = error instanceof Error ? error.message : String(error)
  return leave(object, `The scratch server refused it: ${said}.`, `O servidor de rascunho recusou: ${said}.`)
}
