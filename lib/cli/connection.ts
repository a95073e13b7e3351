import { Client, type ClientConfig } from 'pg'
import { parse } from 'pg-connection-string'
import { Failure, reason } from './failure'

/** The oldest `server_version_num` that Tabellion reads. */
export const oldestServer = 140_000

/**
 * Opens one connection that the caller ends.
 * @throws Failure with one sentence: which server, and what was wrong. No password is in it.
 */
export async function openConnection(url: string): Promise<Client> {
  let client: Client
  try {
    client = new Client({
      connectionString: url,
      connectionTimeoutMillis: 15_000,
      application_name: 'tabellion',
    })
  } catch (error) {
    throw new Failure(`The PostgreSQL address cannot be read: ${withoutPassword(reason(error), url)}.`)
  }
  // A connection that breaks between two queries must not end the process with a stack.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    await client.end().catch(() => {})
    throw new Failure(explain(error, url))
  }
  const { rows } = await client.query<{ version: number; text: string }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as text`,
  )
  const server = rows[0]
  if (!server || server.version < oldestServer) {
    await client.end()
    throw new Failure(
      `PostgreSQL ${server?.text ?? '?'} at ${place(url)} is too old: version 14 or later is needed.`,
    )
  }
  return client
}

const sentences: Readonly<Record<string, (where: string, user: string, database: string) => string>> = {
  '28P01': (where, user) => `PostgreSQL at ${where} refused the password of role ${user}.`,
  '28000': (where, user) => `PostgreSQL at ${where} does not let role ${user} in.`,
  '3D000': (where, _, database) => `PostgreSQL at ${where} has no database ${database}.`,
  '42501': (where, user, database) => `Role ${user} may not connect to database ${database} at ${where}.`,
  '53300': (where) => `PostgreSQL at ${where} has no connection left.`,
  '57P03': (where) => `PostgreSQL at ${where} is starting or stopping.`,
  ECONNREFUSED: (where) => `Nothing answers at ${where}: is PostgreSQL running there?`,
  ENOTFOUND: (where) => `The host of ${where} is not known.`,
  EAI_AGAIN: (where) => `The host of ${where} is not known.`,
  EHOSTUNREACH: (where) => `The host of ${where} cannot be reached.`,
  ENETUNREACH: (where) => `The host of ${where} cannot be reached.`,
  ETIMEDOUT: (where) => `${where} did not answer in time.`,
  ECONNRESET: (where) => `${where} closed the connection: is it PostgreSQL?`,
  ENOENT: (where) => `No PostgreSQL socket is at ${where}.`,
}

/** One sentence for whatever connecting or reading threw, without the password of `url`. */
export function explain(error: unknown, url: string): string {
  const failure = error instanceof AggregateError ? (error.errors[0] as unknown) : error
  const code = (failure as { code?: unknown })?.code
  const { user, database } = parts(url)
  const known = typeof code === 'string' ? sentences[code] : undefined
  if (known) return known(place(url), user, database)
  const words = withoutPassword(reason(failure), url)
  if (/timeout expired|timed out/i.test(words)) return `${place(url)} did not answer in time.`
  if (/password must be a string|no password supplied/i.test(words))
    return `PostgreSQL at ${place(url)} asks for a password of role ${user} and the address has none.`
  if (/terminated unexpectedly|does not support SSL/i.test(words))
    return `${place(url)} closed the connection: ${words}.`
  return `PostgreSQL at ${place(url)} said: ${words}.`
}

/** `host:port` of a URL, for a sentence. */
export function place(url: string): string {
  const { host, port } = parts(url)
  return host.startsWith('/') ? `${host}/.s.PGSQL.${port}` : `${host}:${port}`
}

/** What pg itself will use, its defaults included. */
function parts(url: string): { host: string; port: string; user: string; database: string } {
  try {
    const client = new Client({ connectionString: url } satisfies ClientConfig)
    const user = client.user ?? ''
    return {
      host: client.host,
      port: String(client.port),
      user: `"${user}"`,
      database: `"${client.database ?? user}"`,
    }
  } catch {
    return { host: 'the address', port: '?', user: '"?"', database: '"?"' }
  }
}

function withoutPassword(text: string, url: string): string {
  let secret: string | undefined
  try {
    secret = parse(url).password
  } catch {
    secret = /^[^:]*:\/\/[^:/@]*:([^@]*)@/.exec(url)?.[1]
  }
  return [secret, secret && encodeURIComponent(secret)]
    .filter((part) => part !== undefined && part !== '')
    .reduce<string>((clean, part) => clean.replaceAll(part as string, '…'), text)
}
