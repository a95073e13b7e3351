import type { Client } from 'pg'
import { leave, type Left, type Statement } from './statement'

/**
 * Runs statements each by itself; those that fail are tried again after the others, as long as that helps: what they
 * need may come later. The ones that never succeed come back with the server's reason.
 */
export async function runStatements(
  statements: readonly Statement[],
  clients: Readonly<Record<Statement['by'], Client>>,
): Promise<Left[]> {
  let waiting = statements
  for (;;) {
    const failed: { statement: Statement; error: unknown }[] = []
    for (const statement of waiting) {
      try {
        await clients[statement.by].query(statement.sql)
      } catch (error) {
        if (!isRefusal(error)) throw error
        failed.push({ statement, error })
      }
    }
    if (failed.length === 0) return []
    if (failed.length === waiting.length)
      return failed.map(({ statement, error }) => refused(statement, error))
    waiting = failed.map(({ statement }) => statement)
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
