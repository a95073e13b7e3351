import { resolve } from 'node:path'
import { z } from 'zod'

/** One governed database and how it is reached. */
export interface GovernedDatabase {
  /** The name shown in the header's switch and in `?db=`. */
  readonly name: string
  /** Connection that reads the catalog only. */
  readonly scanUrl: string
  /** Connection that reads and writes healthcare records, always under SET LOCAL ROLE. */
  readonly recordsUrl: string
  /** Connection of a login that runs the standard operations to time them; absent: nobody measures here. */
  readonly measureUrl?: string | undefined
  /** Absolute folder of its standard operations. */
  readonly operations?: string | undefined
}

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug'

/** What the environment says, checked; nothing here is required. The command line reads this. */
export interface Settings {
  /** Governed databases: TABELLION_DATABASES, else DATABASE_URL under its own name, else none. */
  readonly databases: readonly GovernedDatabase[]
  readonly databaseUrl: string | undefined
  readonly storeUrl: string | undefined
  /** Superuser URL of a server where fixes are proved, instead of an embedded one. */
  readonly scratchUrl: string | undefined
  /** Absolute folder of the embedded server, the secret and the logs. */
  readonly home: string
  /** Absolute path of tabellion.config.json, whether it is there or not. */
  readonly configFile: string
  readonly host: string
  readonly port: number
  /** What a browser is told to come back to, without a trailing slash. */
  readonly origin: string
  readonly secret: string | undefined
  /** First compliance officer of an empty store. */
  readonly adminEmail: string | undefined
  readonly adminPassword: string | undefined
  /** True on the embedded demonstration: demonstration sign-ins are shown. */
  readonly demonstration: boolean
  /** The demonstration asks the questions of isolation by itself at its first start. */
  readonly asksFirst: boolean
  readonly logLevel: LogLevel
  /** Days that a stored snapshot is kept after the last scan that saw it. */
  readonly keepSnapshots: number
  /** Number of the newest migration this program came with; set by the start, read by /health. */
  readonly storeVersion: number | undefined
  readonly production: boolean
}

/** What the web process runs on: settings with the required ones present. */
export interface Environment extends Settings {
  readonly storeUrl: string
  readonly secret: string
}

/** The settings cannot be used; `problems` holds one sentence for each. */
export class InvalidSettings extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'InvalidSettings'
  }
}

const postgresUrl = z
  .string()
  .refine(isPostgresUrl, 'is not a postgresql://user:password@host:port/database URL')
const flag = z
  .enum(['0', '1', 'true', 'false'], 'is neither 1 nor 0')
  .transform((v) => v === '1' || v === 'true')
const databases = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' })
      return z.NEVER
    }
  })
  .pipe(
    z
      .array(
        z.object({
          name: z.string().min(1),
          scanUrl: postgresUrl,
          recordsUrl: postgresUrl.optional(),
          measureUrl: postgresUrl.optional(),
          operations: z.string().min(1).optional(),
        }),
        'is not a list of { name, scanUrl, recordsUrl }',
      )
      .refine((list) => new Set(list.map((d) => d.name)).size === list.length, 'names a database twice'),
  )
  .transform((list) => list.map((d) => ({ ...d, recordsUrl: d.recordsUrl ?? d.scanUrl })))

const shape = z.object({
  DATABASE_URL: postgresUrl.optional(),
  NODE_ENV: z.string().optional(),
  PORT: z.coerce
    .number('is not a port')
    .int('is not a port')
    .min(1, 'is not a port')
    .max(65535, 'is not a port')
    .default(3000),
  TABELLION_ADMIN_EMAIL: z.email('is not an e-mail address').optional(),
  TABELLION_ADMIN_PASSWORD: z.string().min(12, 'is shorter than 12 characters').optional(),
  TABELLION_CONFIG: z.string().default('tabellion.config.json'),
  TABELLION_DATABASES: databases.optional(),
  TABELLION_ASK_FIRST: flag.default(true),
  TABELLION_DEMO: flag.default(false),
  TABELLION_HOME: z.string().default('.tabellion'),
  TABELLION_HOST: z.string().default('localhost'),
  TABELLION_KEEP_SNAPSHOTS: z.coerce
    .number('is not a number of days')
    .int('is not a number of days')
    .min(1, 'is less than a day')
    .default(400),
  TABELLION_LOG: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], 'is not silent, error, warn, info or debug')
    .default('info'),
  TABELLION_ORIGIN: z.url({ protocol: /^https?$/, error: 'is not an http(s) address' }).optional(),
  TABELLION_SCRATCH_URL: postgresUrl.optional(),
  TABELLION_SECRET: z.string().min(32, 'is shorter than 32 characters').optional(),
  TABELLION_STORE_URL: postgresUrl.optional(),
  TABELLION_STORE_VERSION: z.coerce.number('is not a number').int('is not a number').optional(),
})

/**
 * Reads and checks settings. An empty value counts as absent.
 * @throws InvalidSettings with every problem, not the first one.
 */
export function parseSettings(source: Record<string, string | undefined>): Settings {
  const present = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = shape.safeParse(present)
  if (!parsed.success) {
    throw new InvalidSettings(
      parsed.error.issues.map((issue) => `${issue.path[0]?.toString() ?? ''} ${issue.message}.`),
    )
  }
  const from = parsed.data
  const own = from.DATABASE_URL
  return {
    databases:
      from.TABELLION_DATABASES ?? (own ? [{ name: databaseName(own), scanUrl: own, recordsUrl: own }] : []),
    databaseUrl: own,
    storeUrl: from.TABELLION_STORE_URL,
    scratchUrl: from.TABELLION_SCRATCH_URL,
    home: resolve(from.TABELLION_HOME),
    configFile: resolve(from.TABELLION_CONFIG),
    host: from.TABELLION_HOST,
    port: from.PORT,
    origin: (from.TABELLION_ORIGIN ?? `http://localhost:${from.PORT}`).replace(/\/+$/, ''),
    secret: from.TABELLION_SECRET,
    adminEmail: from.TABELLION_ADMIN_EMAIL,
    adminPassword: from.TABELLION_ADMIN_PASSWORD,
    demonstration: from.TABELLION_DEMO,
    asksFirst: from.TABELLION_DEMO && from.TABELLION_ASK_FIRST,
    logLevel: from.TABELLION_LOG,
    keepSnapshots: from.TABELLION_KEEP_SNAPSHOTS,
    storeVersion: from.TABELLION_STORE_VERSION,
    production: from.NODE_ENV === 'production',
  }
}

const variables = process.env
let known: Settings | undefined

/** The settings of this process, read once. @throws InvalidSettings */
export function settings(): Settings {
  return (known ??= parseSettings(variables))
}

/**
 * The settings of the web process. Call it when a request comes, never while a module loads: a build has none.
 * @throws InvalidSettings when the store, the secret or every governed database is missing.
 */
export function env(): Environment {
  const { storeUrl, secret, ...rest } = settings()
  const missing = [
    ...(storeUrl ? [] : ['TABELLION_STORE_URL is missing.']),
    ...(secret ? [] : ['TABELLION_SECRET is missing.']),
    ...(rest.databases.length > 0 ? [] : ['DATABASE_URL is missing.']),
  ]
  if (!storeUrl || !secret || missing.length > 0) throw new InvalidSettings(missing)
  return { ...rest, storeUrl, secret }
}

/** A text of the configuration with each `${NAME}` replaced by that environment variable. @throws InvalidSettings */
export function fromEnvironment(text: string): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = variables[name]
    if (!value) throw new InvalidSettings([`The environment variable ${name} is not set.`])
    return value
  })
}

/** The database a PostgreSQL URL names; as libpq does, the user's name when it names none. */
export function databaseName(url: string): string {
  const { pathname, username } = new URL(url)
  return decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username) || 'postgres'
}

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  return ['postgres:', 'postgresql:'].includes(new URL(text).protocol)
}
