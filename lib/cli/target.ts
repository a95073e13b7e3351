import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { databaseName, InvalidSettings, settings } from '@/lib/env'
import type { Config } from '@/lib/config/schema'
import { Failure } from './failure'

/** One database that a command looks at. */
export interface Target {
  readonly name: string
  readonly url: string
  /** Where the address came from, for the sentence of a failed connection. */
  readonly from: 'url' | 'name' | 'DATABASE_URL' | 'demonstration'
}

/**
 * Which database is meant: `--url` (an address, or the name of a configured or demonstration database), else
 * `DATABASE_URL`, else the one database of the configuration, else the demonstration's `clinic`.
 * @param purpose whose login: the one that reads the catalog, or the one that works with records and the ledger
 * @throws Failure when there is none or the name is not known.
 */
export function findTarget(
  given: string | undefined,
  config: Config,
  purpose: 'scanUrl' | 'recordsUrl' = 'scanUrl',
): Target {
  const named = configured(config, purpose)
  const demonstration = demonstrationDatabases(purpose)
  if (given !== undefined) {
    if (/^postgres(ql)?:\/\//i.test(given)) return { name: nameOf(given), url: given, from: 'url' }
    const url = named.get(given) ?? demonstration.get(given)
    if (url !== undefined) return { name: given, url, from: 'name' }
    if (/[/:@]/.test(given))
      throw new Failure(
        'The address given with --url is not a postgresql://user:password@host:port/database URL.',
      )
    throw new Failure(
      `No database is called "${given}": give a postgresql:// URL, or name it in the configuration.`,
    )
  }
  const own = environment().databaseUrl
  if (own !== undefined) return { name: nameOf(own), url: own, from: 'DATABASE_URL' }
  const [only, second] = [...named]
  if (only && !second) return { name: only[0], url: only[1], from: 'name' }
  if (second)
    throw new Failure(
      `The configuration names several databases: choose one with --url ${[...named.keys()].join(' or --url ')}.`,
    )
  const clinic = demonstration.get('clinic')
  if (clinic !== undefined) return { name: 'clinic', url: clinic, from: 'demonstration' }
  throw new Failure(
    'No database to look at: give --url postgresql://…, set DATABASE_URL, or run npm start once for the demonstration.',
  )
}

/** The settings of this process. @throws Failure when the environment is wrong */
export function environment() {
  try {
    return settings()
  } catch (error) {
    if (error instanceof InvalidSettings) throw new Failure(error.problems.join(' '))
    throw error
  }
}

function nameOf(url: string): string {
  try {
    return databaseName(url)
  } catch {
    return 'database'
  }
}

function configured(config: Config, purpose: 'scanUrl' | 'recordsUrl'): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, entry] of Object.entries(config.databases ?? {})) {
    const url = entry[purpose] ?? entry.url
    if (url !== undefined) found.set(name, url)
  }
  for (const entry of environment().databases)
    if (!found.has(entry.name)) found.set(entry.name, entry[purpose])
  return found
}

/** What the embedded server left for other processes of the same user: names and scan URLs. */
function demonstrationDatabases(purpose: 'scanUrl' | 'recordsUrl'): Map<string, string> {
  const file = join(environment().home, 'databases.json')
  if (!existsSync(file)) return new Map()
  try {
    const entries = JSON.parse(readFileSync(file, 'utf8')) as {
      name: string
      scanUrl: string
      recordsUrl?: string
    }[]
    return new Map(entries.map((entry) => [entry.name, entry[purpose] ?? entry.scanUrl]))
  } catch {
    throw new Failure(`${file} cannot be read: run npm start again.`)
  }
}
