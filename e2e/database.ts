import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'

/** Where the embedded server of a home folder listens, as its superuser: what the tests know and the product does not say. */
export function superuserUrl(home: string, database: string): string {
  const folder = join(home, 'postgres')
  if (!existsSync(join(folder, 'password'))) throw new Error(`There is no embedded server in ${folder}.`)
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return `postgresql://postgres:${read('password')}@127.0.0.1:${read('port')}/${encodeURIComponent(database)}`
}

/** Rows of one statement. */
export async function ask<Row>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql, values)).rows as Row[]
  } finally {
    await client.end()
  }
}

/** The demonstration's clinic database of this run. */
export const clinic = <Row>(sql: string, values: unknown[] = []) =>
  ask<Row>(superuserUrl(process.env.TABELLION_E2E_HOME ?? '', 'clinic'), sql, values)
