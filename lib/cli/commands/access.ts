import { accessMatrix, effectiveRoles, explain, type AccessRow } from '@/lib/catalog/access'
import type { Relation } from '@/lib/catalog/types-relation'
import type { RelationId, Snapshot } from '@/lib/catalog/types'
import { loadConfig } from '@/lib/config/config'
import { accessAsCsv, accessAsJson, accessAsText, type AccessLine } from '@/lib/output/access'
import type { Language } from '@/lib/output/words'
import { governedSchemas } from '@/lib/rules/schemas'
import { Failure } from '../failure'
import { terminal, Timing, write } from '../output'
import { findTarget } from '../target'
import { readTarget } from './snapshot'

export interface AccessOptions {
  url?: string
  config?: string
  format: string
  lang: string
  schema?: string[]
  role?: string[]
  output?: string
  timing?: boolean
}

/** `tabellion access`: each governed relation × role × command with its verdict and the reasons. */
export async function access(options: AccessOptions): Promise<number> {
  const timing = new Timing()
  const config = loadConfig(options.config)
  const snapshot = await readTarget(findTarget(options.url, config), timing)
  const schemas = options.schema ? known(snapshot, options.schema) : governedSchemas(snapshot, config)
  const relations = snapshot.relations.filter((r) => schemas.has(r.schema) && r.extension === null)
  const roles = options.role
    ? knownRoles(snapshot, options.role)
    : effectiveRoles(snapshot).map((role) => role.name)
  const byId = new Map<RelationId, Relation>(relations.map((relation) => [relation.id, relation]))
  const lines = accessMatrix(snapshot, { relations: relations.map((r) => r.id), roles }).flatMap((row) =>
    line(row, byId, options.lang.startsWith('pt') ? 'pt' : 'en'),
  )
  timing.step('judge')
  const text =
    options.format === 'json'
      ? accessAsJson(lines)
      : options.format === 'csv'
        ? accessAsCsv(lines)
        : accessAsText(snapshot.database, lines, terminal(options.output !== undefined))
  await write(text, options.output)
  timing.step('write')
  if (options.timing) process.stderr.write(timing.line())
  return 0
}

function line(row: AccessRow, byId: ReadonlyMap<RelationId, Relation>, language: Language): AccessLine[] {
  const relation = byId.get(row.relation)
  if (!relation) return []
  return [
    {
      schema: relation.schema,
      table: relation.name,
      role: row.role,
      command: row.command,
      verdict: row.verdict,
      because: row.because.map((each) => explain(each)[language]),
    },
  ]
}

function known(snapshot: Snapshot, names: readonly string[]): ReadonlySet<string> {
  const wanted = names.flatMap((name) => name.split(','))
  for (const name of wanted)
    if (!snapshot.schemas.some((schema) => schema.name === name))
      throw new Failure(`Database "${snapshot.database}" has no schema "${name}".`)
  return new Set(wanted)
}

function knownRoles(snapshot: Snapshot, names: readonly string[]): string[] {
  const wanted = names.flatMap((name) => name.split(','))
  for (const name of wanted)
    if (!snapshot.roles.some((role) => role.name === name))
      throw new Failure(`There is no role "${name}" on this server.`)
  return wanted
}
