import { readFileSync } from 'node:fs'
import { loadConfig } from '@/lib/config/config'
import type { Config } from '@/lib/config/schema'
import { answersOfJson } from '@/lib/isolation/stored/answers'
import { setupOf } from '@/lib/isolation/setup/setup'
import { relevantHash } from '@/lib/isolation/stored/stale'
import { reportAsCsv } from '@/lib/output/csv'
import { reportAsJson } from '@/lib/output/json'
import { reportAsJunit } from '@/lib/output/junit'
import { makeReport } from '@/lib/output/make-report'
import { reportAsMarkdown } from '@/lib/output/markdown'
import { atOrAbove, type ScanReport } from '@/lib/output/report'
import { reportAsSarif } from '@/lib/output/sarif'
import { reportAsText } from '@/lib/output/text'
import type { Language } from '@/lib/output/words'
import type { Severity } from '@/lib/rules/rule'
import { factsOf, type Facts } from '@/lib/rules/facts'
import { runRules } from '@/lib/rules/run'
import { settle, type IsolationAnswers } from '@/lib/rules/settle'
import { loadParser } from '@/lib/sql/parse'
import { tabellionVersion } from '@/lib/version'
import { putHelpersBehind } from '../engine'
import { Failure, reason } from '../failure'
import { terminal, Timing, write } from '../output'
import { findTarget } from '../target'
import { chosenRules } from './rules'
import { readTarget } from './snapshot'

export interface ScanOptions {
  url?: string
  config?: string
  schema?: string[]
  format: string
  output?: string
  failOn: Severity | 'none'
  baseline?: string
  rule?: string[]
  isolation?: string
  lang: string
  timing?: boolean
}

/** `tabellion scan` and `check`: 1 when an open finding (with a baseline: a new one) is at or above `--fail-on`. */
export async function scan(options: ScanOptions): Promise<number> {
  putHelpersBehind()
  const timing = new Timing()
  const config = governed(loadConfig(options.config), options.schema)
  const rules = chosenRules(options.rule)
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline)
  // The parser is compiled while the server answers.
  const [snapshot] = await Promise.all([readTarget(findTarget(options.url, config), timing), loadParser()])
  const missing = (options.schema ?? [])
    .flatMap((name) => name.split(','))
    .filter((name) => !snapshot.schemas.some((schema) => schema.name === name))
  if (missing.length > 0)
    throw new Failure(
      `Database "${snapshot.database}" has no schema ${missing.map((name) => `"${name}"`).join(', ')}.`,
    )
  let since = performance.now()
  const told = (code: string) => {
    const now = performance.now()
    timing.part(code, now - since)
    since = now
  }
  const facts = factsOf(snapshot, config)
  const found = await runRules(snapshot, config, { rules, told, facts })
  const answers = options.isolation === undefined ? null : await answersIn(options.isolation, facts)
  const result = answers ? settle(found, facts, answers) : found
  timing.step('rules')
  const language: Language = options.lang.startsWith('pt') ? 'pt' : 'en'
  const report = makeReport(tabellionVersion, snapshot, result, rules, {
    language,
    ...(baseline ? { baseline } : {}),
  })
  await write(formatted(report, options, language), options.output)
  timing.step('write')
  if (options.timing) process.stderr.write(timing.line())
  const failing = report.findings.some(
    (finding) =>
      finding.waiver === null && finding.new !== false && atOrAbove(finding.severity, options.failOn),
  )
  return failing ? 1 : 0
}

function formatted(report: ScanReport, options: ScanOptions, language: Language): Iterable<string> {
  switch (options.format) {
    case 'json':
      return reportAsJson(report)
    case 'sarif':
      return reportAsSarif(report)
    case 'junit':
      return reportAsJunit(report)
    case 'markdown':
      return reportAsMarkdown(report, language)
    case 'csv':
      return reportAsCsv(report)
    default:
      return reportAsText(report, { ...terminal(options.output !== undefined), language })
  }
}

/** `--schema` says what is governed, whatever the configuration says. */
const governed = (config: Config, schemas: string[] | undefined): Config =>
  schemas ? { ...config, schemas: schemas.flatMap((name) => name.split(',')), excludeSchemas: [] } : config

/** What `isolation --format json` answered, where it still holds; that it does not is said and changes nothing. */
async function answersIn(file: string, facts: Facts): Promise<IsolationAnswers | null> {
  const { setup } = await setupOf(facts)
  let answers: IsolationAnswers | null
  try {
    answers = answersOfJson(readFileSync(file, 'utf8'), relevantHash(facts.snapshot, setup).toString('hex'))
  } catch (error) {
    throw new Failure(`The answers of isolation in ${file} cannot be read: ${reason(error)}.`)
  }
  if (answers === null)
    process.stderr.write(
      `The answers in ${file} were given for another state of the database or other principals, so they are not used.\n`,
    )
  return answers
}

/** Keys of the findings in an earlier `--format json`. */
function readBaseline(file: string): ReadonlySet<string> {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Failure(
      `The baseline ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'it is not JSON'}).`,
    )
  }
  const findings = (value as { findings?: unknown } | null)?.findings
  if (!Array.isArray(findings) || findings.some((f: { key?: unknown } | null) => typeof f?.key !== 'string'))
    throw new Failure(`The baseline ${file} is not the JSON of a scan.`)
  return new Set(findings.map((finding: { key: string }) => finding.key))
}
