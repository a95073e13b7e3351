import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { z } from 'zod'
import { configSchema, noConfig, type Config } from './schema'

export const configFile = 'tabellion.config.json'

/** The configuration cannot be used: says which file, which key and what is wrong. Ends a command with code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly exitCode = 2
  constructor(
    readonly file: string,
    readonly problems: readonly string[],
  ) {
    super(`${file}: ${problems.join('; ')}`)
  }
}

/**
 * Reads the configuration from `path`, or from `tabellion.config.json` of `folder` when it is there.
 * A file that is named must exist; the default one need not. Throws ConfigError.
 */
export function loadConfig(path?: string, folder: string = process.cwd()): Config {
  const file =
    path === undefined
      ? join(/* turbopackIgnore: true */ folder, configFile)
      : isAbsolute(path)
        ? path
        : join(/* turbopackIgnore: true */ folder, path)
  if (!existsSync(/* turbopackIgnore: true */ file)) {
    if (path === undefined) return noConfig
    throw new ConfigError(path, ['there is no such file'])
  }
  let text: string
  try {
    text = readFileSync(/* turbopackIgnore: true */ file, 'utf8')
  } catch (error) {
    throw new ConfigError(path ?? configFile, [
      `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
    ])
  }
  return parseConfig(text, path ?? configFile)
}

/** For what is found wrong only beside the database: says the file that was named. */
export const inFile = (path: string | undefined) => (error: unknown) => {
  throw error instanceof ConfigError && path !== undefined ? new ConfigError(path, error.problems) : error
}

/** Text of a configuration file → Config. Throws ConfigError that names every wrong key. */
export function parseConfig(text: string, file: string = configFile): Config {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new ConfigError(file, [`is not valid JSON: ${(error as Error).message}`])
  }
  return checkConfig(value, file)
}

/** A plain value → Config. Throws ConfigError that names every wrong key. */
export function checkConfig(value: unknown, file: string = configFile): Config {
  const result = configSchema.safeParse(value)
  if (result.success) return result.data
  throw new ConfigError(file, result.error.issues.map(describe))
}

function describe(issue: z.core.$ZodIssue): string {
  const key = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  const at = key.replace(/^\./, '')
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((name) => (at ? `${at}.${name}` : name))
    return `${names.join(', ')}: no such key`
  }
  return at ? `${at}: ${issue.message}` : issue.message
}
