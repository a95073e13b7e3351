import type { Config } from '@/lib/config/schema'
import type { Channel, IsolationCommand } from '../types'

/** One case: a schema with rows, what to ask about it, and what PostgreSQL says is true. */
export interface Case {
  readonly name: string
  /** The configuration block that its header stands for. */
  readonly isolation: NonNullable<Config['isolation']>
  readonly expected: readonly Expectation[]
  /** The whole file: a script for a superuser of an empty database. */
  readonly sql: string
}

export interface Expectation {
  readonly relation: string
  readonly command: IsolationCommand
  readonly verdict: 'isolated' | 'leaks'
  readonly channel: Channel
}

type Block = NonNullable<Config['isolation']>

/**
 * Reads a case file: SQL under a header of `-- key: value` lines (threat, tenant, tenant-via, null-tenant, principal,
 * membership, untrusted, expect). Other header keys are for people and for the runner of checks.
 * @throws Error on a header line that cannot be read
 */
export function readCase(text: string): Case {
  const lines = text.split('\n').flatMap((line) => {
    const [, key, value] = /^-- ([a-z-]+): (.*)$/.exec(line) ?? []
    return key !== undefined && value !== undefined ? [{ key, value: value.trim() }] : []
  })
  const of = (key: string) => lines.filter((line) => line.key === key).map(({ value }) => value)
  const [membership] = of('membership')
  const untrusted = of('untrusted')
  return {
    name: of('case')[0] ?? '',
    isolation: {
      threat: of('threat')[0] === 'sql' ? 'sql' : 'dml',
      nullTenant: of('null-tenant')[0] === 'shared' ? 'shared' : 'foreign',
      tenants: of('tenant').map(tenantOf),
      tenantVia: of('tenant-via').map(viaOf),
      principals: of('principal').map(principalOf),
      ...(membership === undefined ? {} : { membership: membershipOf(membership) }),
      ...(untrusted.length > 0 ? { untrusted } : {}),
    },
    expected: of('expect').map(expectationOf),
    sql: text,
  }
}

function tenantOf(value: string): NonNullable<Block['tenants']>[number] {
  const [, relation = '', column] = /^([^(]+\(.*\)|[^.]+\.[^.]+)(?:\.([^.]+))?$/.exec(value) ?? []
  if (relation === '') throw new Error(`tenant: ${value}`)
  return { relation, column: column ?? null }
}

function viaOf(value: string): NonNullable<Block['tenantVia']>[number] {
  const [, relation = '', column = '', parent = '', parentColumn = ''] =
    /^(.+)\.([^.=]+)=(.+)\.([^.]+)$/.exec(value) ?? []
  if (parentColumn === '') throw new Error(`tenant-via: ${value}`)
  return { relation, column, parent, parentColumn }
}

function principalOf(value: string): NonNullable<Block['principals']>[number] {
  const { name = '', tenant = 'none', login, role = '', settings, claims } = pairs(value)
  if (name === '' || role === '') throw new Error(`principal: ${value}`)
  return {
    name,
    tenants: tenant === 'none' ? [] : tenant.split(','),
    login: login ?? null,
    role,
    settings: settings ? (JSON.parse(settings) as Record<string, string>) : {},
    claims: claims ? (JSON.parse(claims) as Record<string, unknown>) : null,
  }
}

function membershipOf(value: string): Block['membership'] {
  const at = value.search(/\s/)
  const { user = '', tenant = '', when, session = '' } = pairs(value.slice(at))
  if (at < 0 || user === '' || tenant === '' || session === '') throw new Error(`membership: ${value}`)
  return { relation: value.slice(0, at), user, tenant, when: when ?? null, session }
}

function expectationOf(value: string): Expectation {
  const { table = '', command = '', verdict = '', channel = 'row' } = pairs(value)
  if (verdict !== 'isolated' && verdict !== 'leaks') throw new Error(`expect: ${value}`)
  return { relation: table, command: command as IsolationCommand, verdict, channel: channel as Channel }
}

/** `key=value key="value with spaces" key={json}`. */
function pairs(text: string): Partial<Record<string, string>> {
  const found: Record<string, string> = {}
  const start = /(\w+)=/g
  for (let match = start.exec(text); match; match = start.exec(text)) {
    const from = match.index + match[0].length
    const to = endOf(text, from)
    const value = text.slice(from, to)
    found[match[1] ?? ''] = value.startsWith('"') ? value.slice(1, -1) : value
    start.lastIndex = to
  }
  return found
}

/** Where the value that starts here ends: at its closing quote or brace, else at the next space outside parentheses. */
function endOf(text: string, from: number): number {
  if (text[from] === '"') return text.indexOf('"', from + 1) + 1
  let depth = 0
  let quoted = false
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === '\\' && quoted) at++
    else if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === '{' || char === '(') depth++
    else if (char === '}' || char === ')') depth--
    else if (depth === 0 && /\s/.test(char ?? '')) return at
  }
  return text.length
}
