/** Why a catalog could not be read; the CLI and the pages say the sentence, the code decides nothing else. */
export type CatalogErrorCode =
  | 'address'
  | 'unreachable'
  | 'password'
  | 'database'
  | 'version'
  | 'rights'
  | 'timeout'
  | 'tls'
  | 'busy'
  | 'changing'
  | 'server'

/** The code in a few words of Portuguese, for a sentence that a process without the pages' messages makes. */
export const inPortuguese: Readonly<Record<CatalogErrorCode, string>> = {
  address: 'o endereço da conexão não pode ser usado',
  unreachable: 'o servidor do banco não responde',
  password: 'o servidor recusou o usuário ou a senha',
  database: 'não existe esse banco no servidor',
  version: 'o servidor é mais antigo que o PostgreSQL 14',
  rights: 'falta um direito ao papel da leitura',
  timeout: 'o limite de tempo acabou',
  tls: 'não foi possível estabelecer uma conexão cifrada',
  busy: 'o servidor não tem conexão livre ou está iniciando',
  changing: 'o catálogo estava sendo alterado o tempo todo',
  server: 'o servidor respondeu com um erro',
}

/** Says in one sentence what did not happen and what to do. It never holds a password. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError'
  constructor(
    readonly code: CatalogErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }

  /** A web build has copies of modules, and what one of them remembers is asked for by another. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'CatalogError'
  }
}

/** Host, port, database and user of a connection URL, without its password. */
export interface Target {
  readonly server: string
  readonly database: string
  readonly user: string
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'EACCES',
])

/** Turns what the driver or the server said into one plain sentence. */
export function catalogError(cause: unknown, target: Target): CatalogError {
  if (cause instanceof CatalogError) return cause
  const { code, message, routine } = described(cause)
  const { server, database, user } = target
  const say = (kind: CatalogErrorCode, sentence: string) => new CatalogError(kind, sentence, { cause })
  if (tls(code, message)) {
    return say(
      'tls',
      `No TLS connection to ${server}: ${plain(message)}. Check sslmode and sslrootcert in the connection URL.`,
    )
  }
  if (code === '28P01' || /client password must be a string|password authentication failed/i.test(message)) {
    return say(
      'password',
      `${server} refused the password of role "${user}". Check user and password in the connection URL.`,
    )
  }
  if (code === '28000') {
    return say(
      'password',
      `${server} does not let role "${user}" into database "${database}": ${plain(message)}. Check the role and pg_hba.conf.`,
    )
  }
  if (code === '3D000') {
    return say(
      'database',
      `There is no database "${database}" on ${server}. Check its name in the connection URL.`,
    )
  }
  if (code === '53300' || code === '57P03') {
    return say('busy', `${server} takes no connection now: ${plain(message)}. Try again in a moment.`)
  }
  if (code === '42501' && routine === 'CheckMyDatabase') {
    return say(
      'rights',
      `Role "${user}" may not connect to database "${database}" on ${server}. Grant it CONNECT on that database.`,
    )
  }
  if (code === '42501') {
    return say(
      'rights',
      `Role "${user}" may not read the catalog of "${database}": ${plain(message)}. Grant it pg_monitor.`,
    )
  }
  if (code === '57014' || code === '25P03' || code === '57P05') {
    return say(
      'timeout',
      `Reading the catalog of "${database}" took too long and was stopped. Raise the time limit or try later.`,
    )
  }
  if (code === '55P03' || code === '40P01') {
    return say(
      'timeout',
      `Another session holds locks in "${database}" that the scan would have to wait for. Try again when its change is done.`,
    )
  }
  if (unreachable.has(code) || /timeout expired|terminated|timeout exceeded/i.test(message)) {
    return say(
      'unreachable',
      `${server} does not answer (${plain(message) || code}). Check host, port and that PostgreSQL is running.`,
    )
  }
  if (code === 'ERR_INVALID_URL' || code === 'ERR_INVALID_ARG_TYPE') {
    return say(
      'address',
      'The connection URL cannot be read. Write it as postgresql://user:password@host:5432/database.',
    )
  }
  return say('server', `The catalog of "${database}" on ${server} was not read: ${plain(message)}.`)
}

/** What a URL points at; works on key/value and broken ones too, so that an error can name it. */
export function targetOf(connection: string): Target {
  try {
    const url = new URL(connection)
    const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
    const user = decodeURIComponent(url.username) || 'unnamed'
    return {
      server: `${host || 'localhost'}:${url.port || '5432'}`,
      database: decodeURIComponent(url.pathname.slice(1)) || user,
      user,
    }
  } catch {
    throw new CatalogError(
      'address',
      'The connection URL cannot be read. Write it as postgresql://user:password@host:5432/database.',
    )
  }
}

function described(cause: unknown): { code: string; message: string; routine: string } {
  const error =
    cause instanceof AggregateError && cause.errors.length > 0 ? (cause.errors[0] as unknown) : cause
  if (!(error instanceof Error)) return { code: '', message: String(error), routine: '' }
  return {
    code: 'code' in error ? String(error.code) : '',
    message: error.message,
    routine: 'routine' in error ? String(error.routine) : '',
  }
}

const tls = (code: string, message: string) =>
  code.startsWith('ERR_TLS') ||
  code.startsWith('ERR_SSL') ||
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code) ||
  /does not support SSL|no encryption|SSL off|certificate/i.test(message)

/** A message as part of a sentence: one line, no full stop. */
const plain = (message: string) => message.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '')
