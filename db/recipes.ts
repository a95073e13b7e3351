import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Client } from 'pg'
import { installNeglected, installReference, neglectedFiles, referenceFiles } from './reference/files'
import { seedClinic } from './seed/clinic'

export interface LoadOptions {
  /** Folder that says afterwards whose signatures of the demonstration to believe. */
  readonly trustFolder?: string | undefined
}

/** How one demonstration database is filled. */
export interface Recipe {
  readonly name: string
  /** Absolute folder of its standard operations. */
  readonly operations?: string
  /** Files that decide what it holds: when one of them changes, the database is of another version. */
  readonly files: readonly string[]
  /** Runs everything on a new, empty database, as the superuser. */
  load(url: string, options: LoadOptions): Promise<void>
}

const root = join(import.meta.dirname, '..')

const connected =
  (work: (client: Client, options: LoadOptions) => Promise<void>) =>
  async (url: string, options: LoadOptions) => {
    const client = new Client({ connectionString: url })
    client.on('error', () => undefined)
    await client.connect()
    try {
      await work(client, options)
      await client.query('reset role; analyze')
    } finally {
      await client.end()
    }
  }

const seedFiles = () =>
  readdirSync(join(root, 'db', 'seed'))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => join(root, 'db', 'seed', name))

/** The version of what a recipe makes: the first 16 hexadecimal digits of a SHA-256 over its files. */
export function versionOf({ files }: Pick<Recipe, 'files'>): string {
  const hash = createHash('sha256')
  for (const file of files)
    hash
      .update(`${basename(file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  return hash.digest('hex').slice(0, 16)
}

/** The demonstration databases; the first one is looked at by default. */
export const recipes: readonly Recipe[] = [
  {
    name: 'clinic',
    operations: join(root, 'db', 'reference', 'operations'),
    files: [...referenceFiles(root), ...seedFiles()],
    load: connected(async (client, { trustFolder }) => {
      await installReference(client, root)
      await client.query('reset role; create extension pg_stat_statements with schema extensions')
      await seedClinic(client, { trustFolder })
    }),
  },
  {
    name: 'neglected',
    files: [...neglectedFiles(root), join(root, 'db', 'neglected', 'invalid_index.sql')],
    load: connected((client) => installNeglected(client, root)),
  },
]
