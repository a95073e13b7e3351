import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Snapshot } from '@/lib/catalog/types'
import type { Channel, IsolationCommand, Principal, Setup, Threat } from '../types'

/** What a case says must come out. */
export interface Label {
  readonly table: string
  readonly command: IsolationCommand
  readonly verdict: 'leaks' | 'isolated'
  readonly channel: Channel
}

export interface CheckStep {
  readonly kind: string
  readonly sql: string
}

/** A statement list that crosses or does not; its last step answers with a boolean. */
export interface Check {
  readonly table: string
  readonly command: string
  readonly channel: string
  readonly as: string
  readonly steps: readonly CheckStep[]
}

/** A case file: a schema with its labels, `lib/isolation/cases/*.sql`. Relations are named as the file writes them. */
export interface Case {
  readonly name: string
  readonly sql: string
  readonly setup: Setup
  readonly labels: readonly Label[]
  readonly checks: readonly Check[]
}

export const caseFiles = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => /^\d{3}-.*\.sql$/.test(name))
    .sort()
    .map((name) => join(folder, name))

export const readCase = (path: string): Case => parseCase(readFileSync(path, 'utf8'))

/** Reads the header lines `-- key: value` of a case. */
export function parseCase(sql: string): Case {
  const lines = [...sql.matchAll(/^-- ([a-z-]+): (.*)$/gm)].map(([, key = '', value = '']) => ({
    key,
    value,
  }))
  const all = (key: string) => lines.filter((line) => line.key === key).map((line) => line.value)
  const one = (key: string) => all(key)[0]
  return {
    name: one('case') ?? '',
    sql,
    setup: {
      threat: (one('threat') ?? 'dml') as Threat,
      nullTenant: (one('null-tenant') ?? 'foreign') as Setup['nullTenant'],
      tenants: all('tenant').map(tenantOf),
      tenantVia: all('tenant-via').map(viaOf),
      principals: all('principal').map(principalOf),
      membership: one('membership') === undefined ? null : membershipOf(one('membership')!),
      ownRows: [],
      untrusted: all('untrusted'),
    },
    labels: all('expect').map((value) => {
      const words = wordsOf(value)
      return {
        table: String(words.table),
        command: String(words.command) as IsolationCommand,
        verdict: String(words.verdict) as Label['verdict'],
        channel: (words.channel ?? 'row') as Channel,
      }
    }),
    checks: all('check').map(checkOf),
  }
}

/** `name=value` pairs; a value in braces is JSON, one in double quotes may hold spaces. */
function wordsOf(text: string): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (let at = 0; at < text.length;) {
    const next = /(\w+)=/g
    next.lastIndex = at
    const start = next.exec(text)
    if (!start) break
    const from = next.lastIndex
    const end = endOfValue(text, from)
    const value = text.slice(from, end)
    found[start[1]!] = value.startsWith('{')
      ? JSON.parse(value)
      : value.startsWith('"')
        ? value.slice(1, -1)
        : value
    at = end
  }
  return found
}

function endOfValue(text: string, from: number): number {
  if (text[from] === '"') return text.indexOf('"', from + 1) + 1
  if (text[from] !== '{') {
    const space = text.slice(from).search(/\s/)
    return space < 0 ? text.length : from + space
  }
  let depth = 0
  let quoted = false
  for (let at = from; at < text.length; at++) {
    if (quoted && text[at] === '\\') at++
    else if (text[at] === '"') quoted = !quoted
    else if (!quoted && text[at] === '{') depth++
    else if (!quoted && text[at] === '}' && --depth === 0) return at + 1
  }
  return text.length
}

function tenantOf(value: string): Setup['tenants'][number] {
  const [, relation, column] = /^(\S+?\(.*?\)|\w+\.\w+)(?:\.(\w+))?$/.exec(value) ?? []
  return { relation: relation ?? value, column: column ?? null }
}

function viaOf(value: string): Setup['tenantVia'][number] {
  const [, relation = '', column = '', parent = '', parentColumn = ''] =
    /^(\w+\.\w+)\.(\w+)=(\w+\.\w+)\.(\w+)$/.exec(value) ?? []
  return { relation, column, parent, parentColumn }
}

function principalOf(value: string): Principal {
  const words = wordsOf(value)
  return {
    name: String(words.name),
    tenants: words.tenant === 'none' ? [] : String(words.tenant).split(','),
    login: words.login === undefined ? null : String(words.login),
    role: String(words.role),
    settings: (words.settings ?? {}) as Record<string, string>,
    claims: (words.claims ?? null) as Record<string, unknown> | null,
  }
}

function membershipOf(value: string): NonNullable<Setup['membership']> {
  const words = wordsOf(value)
  return {
    relation: value.split(' ')[0]!,
    user: String(words.user),
    tenant: String(words.tenant),
    when: words.when === undefined ? null : String(words.when),
    session: String(words.session),
  }
}

function checkOf(value: string): Check {
  const [, table = '', command = '', channel = 'row', as = '', steps = ''] =
    /^(\S+) (\w+)(?: channel=(\w+))? as=(\w+) :: (.*)$/.exec(value) ?? []
  return {
    table,
    command,
    channel,
    as,
    steps: steps.split(' ;; ').map((step) => {
      const [, kind, sql] = /^(owner|try|claims|commit|differs|err\[[^\]]*\])> ?(.*)$/.exec(step) ?? []
      return kind === undefined ? { kind: 'do', sql: step } : { kind, sql: sql ?? '' }
    }),
  }
}

/** The setup with relations and functions named as the snapshot names them. */
export function setupFor(each: Case, snapshot: Snapshot): Setup {
  const plain = (text: string) => text.replaceAll(/["\s]/g, '').toLowerCase()
  const ids = new Map<string, string>([
    ...snapshot.relations.map((one) => [plain(one.id), one.id as string] as const),
    ...snapshot.routines.map((one) => [plain(one.id), one.id as string] as const),
  ])
  const id = (name: string) => ids.get(plain(name)) ?? name
  const { setup } = each
  return {
    ...setup,
    tenants: setup.tenants.map((one) => ({ ...one, relation: id(one.relation) })),
    tenantVia: setup.tenantVia.map((one) => ({ ...one, relation: id(one.relation), parent: id(one.parent) })),
    membership: setup.membership && { ...setup.membership, relation: id(setup.membership.relation) },
  }
}
