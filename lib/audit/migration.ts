import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const migrationSets = ['ledger', 'reference'] as const
export type MigrationSet = (typeof migrationSets)[number]

export interface MigrationFile {
  readonly name: string
  readonly sql: string
}

/** The SQL that brings the ledger or the reference tables, in the order it runs. The reference needs the ledger first. */
export function migrationFiles(set: MigrationSet, root: string = process.cwd()): readonly MigrationFile[] {
  const folder = join(root, 'db', set)
  return readdirSync(folder)
    .filter((name) => /^\d+_.*\.sql$/.test(name))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }))
}

/** All of it as one script for psql or any other client: all or nothing. */
export function migrationScript(set: MigrationSet, root?: string): string {
  const sets: readonly MigrationSet[] = set === 'ledger' ? ['ledger'] : ['ledger', 'reference']
  const parts = sets.flatMap((each) =>
    migrationFiles(each, root).map(({ name, sql }) => `-- ${each}/${name}\n${sql.trimEnd()}\n`),
  )
  return ['begin;\n', ...parts, 'commit;\n'].join('\n')
}
