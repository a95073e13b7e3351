import { csvFields } from './records'

/** A line of the server's log, of whatever format; only what ingestion needs. */
export interface LogLine {
  readonly at: string
  readonly login: string
  readonly database: string
  readonly address: string | null
  readonly session: string
  readonly line: number
  readonly program: string
  readonly message: string
}

/** A line as the ledger takes it. */
export interface Audited {
  readonly session: string
  readonly line: number
  readonly at: string
  readonly login: string
  readonly address: string | null
  readonly program: string
  readonly action: 'read' | 'permission'
  readonly table: string | null
  readonly command: string
  readonly rows: number | null
}

/** A record of `csvlog` (23 columns until 12, 26 since 14); null when it is none. */
export function fromCsv(fields: readonly string[]): LogLine | null {
  const [at, login, database, , from, session, line] = fields
  if (fields.length < 23 || !at || !session || !/^\d+$/.test(line ?? '')) return null
  return {
    at,
    login: login ?? '',
    database: database ?? '',
    address: addressOf(from ?? ''),
    session,
    line: Number(line),
    program: fields[22] ?? '',
    message: fields[13] ?? '',
  }
}

/** An object of `jsonlog` (15 and later); null when it is none. */
export function fromJson(said: Readonly<Record<string, unknown>> | null): LogLine | null {
  const text = (key: string) => (typeof said?.[key] === 'string' ? said[key] : '')
  const line = said?.['line_num']
  if (!text('timestamp') || !text('session_id') || typeof line !== 'number') return null
  return {
    at: text('timestamp'),
    login: text('user'),
    database: text('dbname'),
    address: addressOf(text('remote_host')),
    session: text('session_id'),
    line,
    program: text('application_name'),
    message: text('message'),
  }
}

/** `10.0.0.7:51234`, `2001:db8::1:51234` or `10.0.0.7` as an address; null for a socket or a host's name. */
function addressOf(from: string): string | null {
  const host =
    /^(\d+\.\d+\.\d+\.\d+)(:\d+)?$/.exec(from)?.[1] ??
    /^([0-9a-f:]*:[0-9a-f:]+?)(:\d{4,5})?$/i.exec(from)?.[1]
  return host ?? null
}

const classes: Readonly<Record<string, Audited['action']>> = {
  READ: 'read',
  ROLE: 'permission',
  DDL: 'permission',
}

/**
 * What pgaudit said in a line: `AUDIT: type,statement,substatement,class,command,object type,object,statement,parameter[,rows]`
 * (its README, "Format"). Reads, rights and definitions; writes are captured by the ledger's own triggers. Statement and
 * parameters are left where they are: they hold values.
 * @returns null when the line is not of pgaudit or of another class; 'unreadable' when it is and cannot be understood
 */
export function auditedOf(line: LogLine): Audited | null | 'unreadable' {
  if (!line.message.startsWith('AUDIT: ')) return null
  const [type, statement, part, group, command, kind, name, ...rest] = csvFields(line.message.slice(7))
  if (
    !/^(SESSION|OBJECT)$/.test(type ?? '') ||
    !/^\d+$/.test(statement ?? '') ||
    !/^\d+$/.test(part ?? '') ||
    !command
  )
    return 'unreadable'
  const action = classes[group ?? '']
  if (!action) return null
  const rows = rest[2]
  const { message: _, database: __, ...kept } = line
  return {
    ...kept,
    action,
    command,
    table:
      name && /^(TABLE|VIEW|MATERIALIZED VIEW|FOREIGN TABLE|SEQUENCE|INDEX|)$/.test(kind ?? '') ? name : null,
    rows: rows && /^\d{1,9}$/.test(rows) ? Number(rows) : null,
  }
}
