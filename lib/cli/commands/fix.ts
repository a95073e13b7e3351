import { loadConfig } from '@/lib/config/config'
import { planMigration } from '@/lib/migration/plan'
import { migrationSql, wayBackSql } from '@/lib/migration/write-sql'
import { atOrAbove } from '@/lib/output/report'
import type { Language } from '@/lib/output/words'
import type { Severity } from '@/lib/rules/rule'
import { runRules } from '@/lib/rules/run'
import { Failure } from '../failure'
import { write } from '../output'
import { findTarget } from '../target'
import { chosenRules } from './rules'
import { readTarget } from './snapshot'

export interface FixOptions {
  url?: string
  config?: string
  rule?: string[]
  key?: string[]
  severity: Severity
  output?: string
  wayBack?: string
  lang: string
}

/**
 * `tabellion fix`: the fixes of open findings as one ordered migration, and what takes it back as a second file. Writes
 * SQL and runs none. 1 when a chosen finding is left out, because nothing mends it by itself or two fixes disagree.
 */
export async function fix(options: FixOptions): Promise<number> {
  const config = loadConfig(options.config)
  const rules = chosenRules(options.rule)
  const snapshot = await readTarget(findTarget(options.url, config))
  const { findings } = await runRules(snapshot, config, { rules })
  const missing = options.key?.filter((key) => !findings.some((finding) => finding.key === key)) ?? []
  if (missing.length > 0)
    throw new Failure(
      `A scan of "${snapshot.database}" has no finding ${missing.map((key) => `"${key}"`).join(', ')}.`,
    )
  const chosen = findings.filter(
    (finding) =>
      finding.waiver === null &&
      atOrAbove(finding.severity, options.severity) &&
      (options.key === undefined || options.key.includes(finding.key)),
  )
  const migration = await planMigration(snapshot, chosen)
  const language: Language = options.lang.startsWith('pt') ? 'pt' : 'en'
  await write(migrationSql(migration, language), options.output)
  if (options.wayBack !== undefined) await write(wayBackSql(migration, language), options.wayBack)
  return migration.leftOut.length > 0 ? 1 : 0
}
