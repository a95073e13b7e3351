import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClientBase } from 'pg'

const ordered = (root: string, folder: string): string[] =>
  readdirSync(join(root, 'db', folder))
    .filter((name) => /^\d{3}_\w+\.sql$/.test(name))
    .sort()
    .map((name) => join(root, 'db', folder, name))

/** The SQL of the audit log, in the order it runs. `root` is the folder of the repository. */
export const ledgerFiles = (root: string): string[] => ordered(root, 'ledger')
/** The SQL of the reference schema, the audit log first. */
export const referenceFiles = (root: string): string[] => [
  ...ledgerFiles(root),
  ...ordered(root, 'reference'),
]
/** The SQL of the neglected demonstration database. */
export const neglectedFiles = (root: string): string[] => ordered(root, 'neglected')

/** Installs the audit log alone into the client's database. */
export const installLedger = (client: ClientBase, root = process.cwd()) => runFiles(client, ledgerFiles(root))

/** Installs the reference schema into the client's empty database. */
export const installReference = (client: ClientBase, root = process.cwd()) =>
  runFiles(client, referenceFiles(root))

/** Installs the neglected database, its failed index build included, into the client's empty database. */
export async function installNeglected(client: ClientBase, root = process.cwd()): Promise<void> {
  await runFiles(client, neglectedFiles(root))
  const build = readFileSync(join(root, 'db', 'neglected', 'invalid_index.sql'), 'utf8')
  try {
    await client.query(build)
  } catch (error) {
    // 23505: the duplicates are there on purpose; the index stays behind, invalid.
    if ((error as { code?: string }).code !== '23505') throw error
  }
}

/** Runs each file in a transaction of its own; the error names the file and the line. */
export async function runFiles(client: ClientBase, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const sql = readFileSync(path, 'utf8')
    await client.query('begin')
    try {
      await client.query(sql)
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      const position = Number((error as { position?: string }).position ?? 0)
      const line = position > 0 ? `:${sql.slice(0, position).split('\n').length}` : ''
      throw new Error(`${path}${line}: ${(error as Error).message}`, { cause: error })
    }
  }
}
