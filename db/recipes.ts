import { join } from 'node:path'
import { Client } from 'pg'
import { installNeglected, installReference } from './reference/files'
import { seedClinic } from './seed/clinic'

/** How one demonstration database is filled. */
export interface Recipe {
  readonly name: string
  /** Absolute folder of its standard operations. */
  readonly operations?: string
  /** Runs everything on a new, empty database, as the superuser. */
  load(url: string): Promise<void>
}

const root = join(import.meta.dirname, '..')

const connected = (work: (client: Client) => Promise<void>) => async (url: string) => {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await work(client)
    await client.query('reset role; analyze')
  } finally {
    await client.end()
  }
}

/** The demonstration databases; the first one is looked at by default. */
export const recipes: readonly Recipe[] = [
  {
    name: 'clinic',
    operations: join(root, 'db', 'reference', 'operations'),
    load: connected(async (client) => {
      await installReference(client, root)
      await client.query('reset role; create extension pg_stat_statements with schema extensions')
      await seedClinic(client)
    }),
  },
  { name: 'neglected', load: connected((client) => installNeglected(client, root)) },
]
