import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'

/** A database of its own on a real server, for one test file. */
export interface TestDatabase {
  readonly name: string
  /** Superuser URL. */
  readonly url: string
  /** The same database as another login role. */
  urlAs(role: string, password: string): string
  /** Runs SQL (any number of statements) as the superuser; rows of the last statement. */
  run<Row = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<Row[]>
  /** A fresh connection that the caller ends. */
  connect(url?: string): Promise<Client>
  /** Ends its own connection, so that others may be made of it; `run` works no more. */
  freeze(): Promise<void>
  drop(): Promise<void>
}

/** The majors that this run has servers for, ascending. */
export const majors = (): number[] => Object.keys(inject('servers')).map(Number).sort()

export async function testDatabase(
  major: number = Math.max(...majors()),
  template?: string,
): Promise<TestDatabase> {
  const server = inject('servers')[major]
  if (!server) throw new Error(`This test run has no PostgreSQL ${major}.`)
  return databaseOn(server, template)
}

/** The same on any server. @param server superuser URL of its database `postgres` */
export async function databaseOn(server: string, template?: string): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`
  await copyDatabase(server, name, template)
  const url = at(server, name)
  const connect = async (to = url) => {
    const client = new Client({ connectionString: to })
    await client.connect()
    return client
  }
  const client = await connect()
  let open = true
  const close = async () => {
    if (open) await client.end()
    open = false
  }
  return {
    name,
    url,
    urlAs: (role, password) => {
      const other = new URL(url)
      other.username = encodeURIComponent(role)
      other.password = encodeURIComponent(password)
      return other.href
    },
    async run<Row>(sql: string, values?: unknown[]) {
      const result = values ? await client.query(sql, values) : await client.query(sql)
      const last = Array.isArray(result) ? result.at(-1) : result
      return last.rows as Row[]
    },
    connect,
    freeze: close,
    async drop() {
      await close()
      await withConnection(server, (other) => other.query(`drop database if exists ${name} with (force)`))
    },
  }
}

function at(server: string, database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

/** Copies files where the server leaves the choice (since 15): half as long as through its log. */
const copyDatabase = (server: string, name: string, template = 'template1') =>
  withConnection(server, async (client) => {
    const { rows } = await client.query<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    )
    const strategy = (rows[0]?.version ?? 0) >= 150_000 ? ' strategy file_copy' : ''
    await client.query(`create database ${name} template ${template}${strategy}`)
  })

async function withConnection(url: string, work: (client: Client) => Promise<unknown>) {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
