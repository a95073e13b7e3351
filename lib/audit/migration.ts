import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** ledger: the log alone; tables: the reference tables where a log is there already; reference: both. */
export const migrationSets = ['ledger', 'tables', 'reference'] as const
export type MigrationSet = (typeof migrationSets)[number]

const folders: Readonly<Record<MigrationSet, readonly string[]>> = {
  ledger: ['ledger'],
  tables: ['reference'],
  reference: ['ledger', 'reference'],
}

export interface MigrationFile {
  readonly name: string
  readonly sql: string
}

/** The SQL of a set, in the order it runs; each name with its folder. */
export function migrationFiles(set: MigrationSet, root: string = process.cwd()): readonly MigrationFile[] {
  return folders[set].flatMap((folder) =>
    readdirSync(join(root, 'db', folder))
      .filter((name) => /^\d+_.*\.sql$/.test(name))
      .sort()
      .map((name) => ({
        name: `${folder}/${name}`,
        sql: readFileSync(join(root, 'db', folder, name), 'utf8'),
      })),
  )
}

/** All of it as one script for psql or any other client: all or nothing. */
export function migrationScript(set: MigrationSet, root?: string): string {
  const parts = migrationFiles(set, root).map(({ name, sql }) => `-- ${name}\n${sql.trimEnd()}\n`)
  return ['begin;\n', ...parts, 'commit;\n'].join('\n')
}
