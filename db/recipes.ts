import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'

/** How one demonstration database is filled. */
export interface Recipe {
  readonly name: string
  /** Runs everything on a new, empty database, as the superuser. */
  load(url: string): Promise<void>
}

const fromFolders =
  (...folders: string[]) =>
  async (url: string) => {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      for (const folder of folders) {
        const files = readdirSync(join(import.meta.dirname, folder)).filter((name) =>
          /^\d+_.*\.sql$/.test(name),
        )
        for (const name of files.sort()) {
          try {
            await client.query(readFileSync(join(import.meta.dirname, folder, name), 'utf8'))
          } catch (error) {
            throw new Error(`${folder}/${name}: ${(error as Error).message}`, { cause: error })
          }
        }
      }
    } finally {
      await client.end()
    }
  }

export const recipes: readonly Recipe[] = [
  { name: 'clinic', load: fromFolders('ledger', 'reference', 'seed') },
  { name: 'neglected', load: fromFolders('neglected') },
]
