import { createHash, pbkdf2Sync, createHmac, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { duties, login, MigrationRefused, owner, prepareRoles, rows, type StoreMode } from './store-roles'

export { MigrationRefused } from './store-roles'

export interface Migrated {
  readonly mode: StoreMode
  /** Names of the files applied by this run; empty when there was nothing to do. */
  readonly applied: readonly string[]
  /** What is weaker than it could be, one English sentence each, with the SQL that would help. */
  readonly notes: readonly string[]
}

export interface MigrateOptions {
  /** Makes sure `tabellion_store` can sign in with this password (full mode only). */
  readonly storePassword?: string
  /** Folder of the numbered files; found from this file by default. */
  readonly folder?: string
}

interface File {
  readonly number: number
  readonly name: string
  readonly text: string
  readonly checksum: string
}

/**
 * Brings the schema `tabellion` of one database up to date. Safe to repeat, to run twice at once (the second waits) and
 * to kill at any moment: each file is one transaction together with its row in `tabellion.migration`.
 * @throws MigrationRefused when a file that was applied has changed since, or the store is newer than this program.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<Migrated> {
  const files = readFiles(options.folder ?? migrationsFolder())
  const client = new Client({
    connectionString: url,
    application_name: 'tabellion migrate',
    connectionTimeoutMillis: 10_000,
  })
  // A connection lost between two statements is reported by the next one.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(
      `set lock_timeout = '60s'; set client_min_messages = warning; set search_path = pg_catalog, pg_temp`,
    )
    await client.query(`select pg_advisory_lock(hashtextextended('tabellion migrate', 0))`)
    const notes: string[] = []
    const mode = await prepareRoles(client, notes)
    const roles = await prepareSchema(client, mode)
    const applied = await applyFiles(client, files, roles)
    if (mode === 'full') await prepareLogin(client, options.storePassword)
    return { mode, applied, notes }
  } finally {
    await client.end()
  }
}

/** The folder of the numbered files: beside this file, or beneath the working folder for a bundled program. */
export function migrationsFolder(): string {
  for (let at = import.meta.dirname; ; at = dirname(at)) {
    for (const folder of [join(at, 'migrations'), join(at, 'db/migrations')]) {
      if (existsSync(join(folder, '0001_users.sql'))) return folder
    }
    if (dirname(at) === at) return join(process.cwd(), 'db/migrations')
  }
}

function readFiles(folder: string): File[] {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
      return {
        number: Number(name.slice(0, 4)),
        name,
        text,
        checksum: createHash('sha256').update(text).digest('hex'),
      }
    })
  files.forEach((file, i) => {
    if (file.number !== i + 1)
      throw new MigrationRefused(`The migration files are not numbered without gaps at ${file.name}.`)
  })
  return files
}

interface Roles {
  readonly owner: string
  readonly auth: string
  readonly reader: string
  readonly writer: string
  readonly system: string
}

/** The schema and the list of applied files; answers which quoted role stands for which. */
async function prepareSchema(client: Client, mode: StoreMode): Promise<Roles> {
  const [me] = await rows<{ id: string }>(client, `select quote_ident(current_user) as id`)
  const self = me?.id ?? 'current_user'
  const roles: Roles =
    mode === 'full'
      ? { owner, auth: duties[0], reader: duties[1], writer: duties[2], system: duties[3] }
      : { owner: self, auth: self, reader: self, writer: self, system: self }
  const [schema] = await rows<{ owner: string }>(
    client,
    `select quote_ident(pg_get_userbyid(nspowner)) as owner from pg_namespace where nspname = 'tabellion'`,
  )
  if (!schema) await client.query(`create schema tabellion authorization ${roles.owner}`)
  else if (schema.owner !== roles.owner) await client.query(`alter schema tabellion owner to ${roles.owner}`)
  await asOwner(client, roles.owner, async () => {
    await client.query(`
      create table if not exists tabellion.migration (
        number     integer     primary key,
        name       text        not null,
        checksum   text        not null,
        applied_at timestamptz not null default now(),
        applied_by text        not null default session_user
      )`)
  })
  return roles
}

async function applyFiles(client: Client, files: readonly File[], roles: Roles): Promise<string[]> {
  const done = await asOwner(client, roles.owner, () =>
    rows<{ number: number; name: string; checksum: string }>(
      client,
      `select number, name, checksum from tabellion.migration order by number`,
    ),
  )
  for (const was of done) {
    const file = files[was.number - 1]
    if (!file)
      throw new MigrationRefused(`The store was written by a newer Tabellion (${was.name}): start that one.`)
    if (file.checksum !== was.checksum) {
      throw new MigrationRefused(`${file.name} has changed since it was applied; a change needs a new file.`)
    }
  }
  const applied: string[] = []
  for (const file of files.slice(done.length)) {
    const text = file.text.replace(
      /\{\{(\w+)\}\}/g,
      (whole, name: string) => roles[name as keyof Roles] ?? whole,
    )
    try {
      await asOwner(client, roles.owner, async () => {
        await client.query(text)
        await client.query(`insert into tabellion.migration (number, name, checksum) values ($1, $2, $3)`, [
          file.number,
          file.name,
          file.checksum,
        ])
      })
    } catch (error) {
      throw new Error(`${file.name}: ${(error as Error).message}`, { cause: error })
    }
    applied.push(file.name)
  }
  return applied
}

/** One transaction as the owner, under the duty its policy asks for. */
async function asOwner<T>(client: Client, role: string, work: () => Promise<T>): Promise<T> {
  await client.query(`begin; set local role ${role}; set local tabellion.duty = 'migrate'`)
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** Lets `tabellion_store` sign in. The password travels as a SCRAM verifier, so that no server log ever holds it. */
async function prepareLogin(client: Client, password: string | undefined) {
  if (password === undefined) return
  const check = new Client({ ...(await here(client)), user: login, password })
  try {
    await check.connect()
    return
  } catch {
    await client.query(`alter role ${login} password '${scramVerifier(password)}'`)
  } finally {
    await check.end().catch(() => undefined)
  }
}

const here = async (client: Client) => ({
  host: client.host,
  port: client.port,
  database: client.database ?? 'postgres',
  ssl: client.ssl,
})

/** What PostgreSQL stores for a password (RFC 5803), for ASCII passwords such as our random ones. */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16), rounds = 4096): string {
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  const storedKey = createHash('sha256').update(clientKey).digest('base64')
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
