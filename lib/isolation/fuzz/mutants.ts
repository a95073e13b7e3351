import type { Policy, Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import { ident } from '../prove/session'

/** One character of damage, as it were: what makes it, what takes it back, and which tables it may open. */
export interface Mutant {
  readonly kind: string
  readonly name: string
  readonly apply: string
  readonly undo: string
  readonly tables: readonly string[]
}

/** A routine as `pg_get_functiondef` prints it. */
export interface Definition {
  readonly id: string
  readonly sql: string
}

/**
 * Damage to what keeps tenants apart: conditions without one of their parts, with OR for AND, with another column, turned
 * round or always true; policies for everybody; rows without row security; triggers and filters of helpers left out.
 * @param tenants the tenant column of each table
 * @param definitions helper functions that policies ask
 */
export function mutantsOf(
  snapshot: Snapshot,
  tenants: ReadonlyMap<string, string>,
  role: string,
  definitions: readonly Definition[],
): readonly Mutant[] {
  const tables = snapshot.relations.filter(
    (each) =>
      (each.kind === 'table' || each.kind === 'partitioned') && !each.isPartition && tenants.has(each.id),
  )
  return [
    ...tables.flatMap((table) =>
      table.policies.flatMap((policy) => ofPolicy(table, policy, tenants.get(table.id)!, role)),
    ),
    ...tables.flatMap((table) => ofTable(table, role)),
    ...definitions.flatMap((each) => ofHelper(each, asking(snapshot, each.id, tables))),
  ]
}

function ofPolicy(table: Relation, policy: Policy, tenant: string, role: string): readonly Mutant[] {
  const on = `${ident(policy.name)} on ${table.id}`
  const change = (kind: string, apply: string, undo: string): Mutant => ({
    kind,
    name: `${kind}: ${policy.name} on ${table.id}: ${apply.slice(0, 160)}`,
    apply: `alter policy ${on} ${apply}`,
    undo: `alter policy ${on} ${undo}`,
    tables: [table.id],
  })
  const parts = [
    ['using', policy.using],
    ['with check', policy.check],
  ] as const
  if (policy.roles && !policy.roles.includes(role)) {
    const roles = policy.roles.map(ident).join(', ')
    return policy.permissive ? [change('wrong role', `to ${roles}, ${ident(role)}`, `to ${roles}`)] : []
  }
  return parts.flatMap(([word, text]) =>
    text === null
      ? []
      : damaged(text, table, tenant).map(([kind, made]) =>
          change(kind, `${word} (${made})`, `${word} (${text})`),
        ),
  )
}

function damaged(text: string, table: Relation, tenant: string): (readonly [string, string])[] {
  const { parts, word } = split(text)
  const others = table.columns.filter(
    (column) => column.name !== tenant && ['id', 'patient_id', 'user_id', 'created_by'].includes(column.name),
  )
  const column = new RegExp(`\\b${tenant}\\b`)
  return [
    ['always true', 'true'],
    ['turned round', `not coalesce(${text}, false)`],
    ['or any tenant', `${text} or ${tenant} is not null`],
    ...(word === ' AND '
      ? parts.map((_, at) => ['part left out', parts.filter((__, other) => other !== at).join(word)] as const)
      : []),
    ...(word === ' AND ' ? [['or for and', parts.join(' OR ')] as const] : []),
    ...(word === ' OR '
      ? [['not for a part', parts.map((part) => `(not ${part})`).join(word)] as const]
      : []),
    ...(column.test(text)
      ? others.slice(0, 2).map((each) => ['wrong column', text.replace(column, each.name)] as const)
      : []),
  ]
}

/** The parts of a condition at its outermost AND or OR, as `pg_get_expr` prints it: with all parentheses. */
function split(text: string): { readonly parts: readonly string[]; readonly word: ' AND ' | ' OR ' | null } {
  const inner = text.startsWith('(') && closing(text, 0) === text.length - 1 ? text.slice(1, -1) : text
  for (const word of [' AND ', ' OR '] as const) {
    const parts: string[] = []
    let from = 0
    for (let at = 0; at < inner.length; at++) {
      if (inner[at] === '(' || inner[at] === "'") at = closing(inner, at)
      else if (inner.startsWith(word, at)) {
        parts.push(inner.slice(from, at))
        from = at + word.length
      }
    }
    if (parts.length > 0) return { parts: [...parts, inner.slice(from)], word }
  }
  return { parts: [inner], word: null }
}

/** Where the parenthesis or text that begins here ends. */
function closing(text: string, start: number): number {
  if (text[start] === "'") return text.indexOf("'", start + 1)
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if (text[at] === "'") at = text.indexOf("'", at + 1)
    else if (text[at] === '(') depth++
    else if (text[at] === ')' && --depth === 0) return at
  }
  return text.length - 1
}

function ofTable(table: Relation, role: string): readonly Mutant[] {
  const { id } = table
  const make = (kind: string, apply: string, undo: string): Mutant => ({
    kind,
    name: `${kind}: ${apply}`,
    apply,
    undo,
    tables: [id],
  })
  const has = (privilege: string) =>
    table.grants.some((grant) => grant.grantee === role && grant.privilege === privilege)
  return [
    make(
      'no row security',
      `alter table ${id} disable row level security`,
      `alter table ${id} enable row level security`,
    ),
    ...(['DELETE', 'TRUNCATE'] as const)
      .filter((privilege) => !has(privilege))
      .map((privilege) =>
        make(
          'a grant too many',
          `grant ${privilege} on ${id} to ${ident(role)}`,
          `revoke ${privilege} on ${id} from ${ident(role)}`,
        ),
      ),
    ...table.triggers
      .filter((trigger) => trigger.timing === 'before' && trigger.enabled !== 'disabled')
      .map((trigger) =>
        make(
          'no trigger',
          `alter table ${id} disable trigger ${ident(trigger.name)}`,
          `alter table ${id} enable ${trigger.enabled === 'origin' ? '' : `${trigger.enabled} `}trigger ${ident(trigger.name)}`,
        ),
      ),
  ]
}

const filters: readonly (readonly [string, RegExp, string])[] = [
  ['helper without its user', /[a-z.]*user_id = \(?(select )?app\.user_id\(\)\)?/i, 'true'],
  ['helper without its clinic', /[a-z.]*clinic_id = [a-z_.()]+(, [a-z_.]+\))?/i, 'true'],
  ['helper with or for and', /\band\b/i, 'or'],
  ['helper without its role', /[a-z.]*role::text = any \(roles\)/i, 'true'],
  ['helper with any row', /\bwhere\b/i, 'where true or'],
]

function ofHelper({ id, sql }: Definition, tables: readonly string[]): readonly Mutant[] {
  const body = sql.search(/AS \$/i)
  return filters.flatMap(([kind, pattern, instead]) => {
    const made = sql.slice(0, body) + sql.slice(body).replace(pattern, instead)
    return made === sql ? [] : [{ kind, name: `${kind}: ${id}`, apply: made, undo: sql, tables }]
  })
}

/** The first tables whose policies ask this function. */
const asking = (snapshot: Snapshot, id: string, tables: readonly Relation[]) =>
  tables
    .filter((table) => table.policies.some((policy) => policy.calls.some((call) => call === id)))
    .slice(0, 3)
    .map((table): string => table.id)
