import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Failure } from '@/lib/cli/failure'
import { loadConfig } from '@/lib/config/config'
import { parseSettings, type GovernedDatabase } from '@/lib/env'

/**
 * The governed databases that tabellion.config.json names; `${NAME}` in a URL is that environment variable.
 * @throws Failure when an entry has no usable URL, ConfigError when the file is wrong.
 */
export function namedDatabases(
  file: string,
  environment: NodeJS.ProcessEnv = process.env,
): readonly GovernedDatabase[] {
  if (!existsSync(file)) return []
  const entries = Object.entries(loadConfig(file, dirname(file)).databases ?? {})
  if (entries.length === 0) return []
  const fill = (name: string, url: string) =>
    url.replaceAll(/\$\{(\w+)\}/g, (_, variable: string) => {
      const value = environment[variable]
      if (!value)
        throw new Failure(
          `${file}: database ${name} needs the environment variable ${variable}, which is not set.`,
        )
      // The whole address may come from outside, or a part of one, which must not end that part early.
      return url === `\${${variable}}` ? value : encodeURIComponent(value)
    })
  const list = entries.map(([name, entry]) => {
    const scanUrl = entry.scanUrl ?? entry.url
    if (!scanUrl) throw new Failure(`${file}: database ${name} has neither url nor scanUrl.`)
    return {
      name,
      scanUrl: fill(name, scanUrl),
      recordsUrl: fill(name, entry.recordsUrl ?? entry.url ?? scanUrl),
      ...(entry.measureUrl ? { measureUrl: fill(name, entry.measureUrl) } : {}),
      ...(entry.operations ? { operations: resolve(dirname(file), entry.operations) } : {}),
    }
  })
  try {
    return parseSettings({ TABELLION_DATABASES: JSON.stringify(list) }).databases
  } catch {
    throw new Failure(
      `${file}: a database has a URL that is not postgresql://user:password@host:port/database.`,
    )
  }
}
