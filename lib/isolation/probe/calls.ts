import type { Routine } from '@/lib/catalog/types-object'
import { ident, literal } from '@/lib/clone/spelling'
import { argumentTypes } from './argument-types'
import { documents, rowArguments, rowTexts, tablesFor } from './call-values'
import type { Raid } from './raid'
import { ownRoutines } from './scope'
import { impersonations, injections, isDynamic, settingsFor, whole } from './texts'
import { categoryOf, looksLike, nth } from './values'

/** A call with its arguments written out. */
export interface Call {
  readonly routine: Routine
  /** To be pasted. */
  readonly sql: string
  /** The same with its result as texts. */
  readonly asked: string
  /** Tables to look at afterwards, where the server does not count what the body does to them. */
  readonly look: readonly string[]
}

/** What would reach beyond the clone, or hold it up. */
const outside =
  /\b(dblink\w*|postgres_fdw|pg_net|http_\w+|lo_import|lo_export|pg_read_\w+|pg_ls_\w+|pg_sleep\w*)\b|(?:^|[;'"$/>]|\b(?:begin|then|else|loop|do|execute))\s*copy\b[^;]*\b(program|from|to)\b/im

/** Functions that the probe does not call. */
export const isOutside = (routine: Routine) => outside.test(routine.body ?? '')

const callables = new WeakMap<ReadonlySet<string>, readonly Routine[]>()

/** What this session may call, declared functions first. */
export async function callable(raid: Raid): Promise<readonly Routine[]> {
  const may = await raid.rights.routinesOf(raid.identity.role)
  const { declaredRoutines, snapshot } = raid.scope
  const known =
    callables.get(may) ??
    ownRoutines(snapshot)
      .filter((routine) => may.has(routine.id) && !isOutside(routine))
      .sort((a, b) => Number(declaredRoutines.has(b.id)) - Number(declaredRoutines.has(a.id)))
  callables.set(may, known)
  return known
}

/** Calls with the tenants, rows and texts of others, as many as the budget allows. */
export function callsOf(raid: Raid, routine: Routine, budget: number): Call[] {
  const types = argumentTypes(routine)
  const lists = types.map((type) => argumentsFor(raid, routine, type))
  const defaults = [...routine.arguments.matchAll(/ DEFAULT /g)].length
  const combinations = combine(lists, budget)
  const shorter =
    defaults === 0 ? [] : combine(lists.slice(0, types.length - defaults), Math.ceil(budget / 3))
  const look = /\btruncate\b/i.test(routine.body ?? '')
    ? tablesFor(raid.scope, routine).map(({ relation }) => relation.id)
    : []
  return [...combinations, ...shorter].map((values) => ({ ...callOf(routine, values), look }))
}

/** A call that has a routine run a text. */
export const dictate = (routine: Routine, text: string): string =>
  callOf(
    routine,
    argumentTypes(routine).map((type) => (type === 'text' ? literal(text) : `null::${type}`)),
  ).sql

export function callOf(routine: Routine, values: readonly string[]): Omit<Call, 'look'> {
  const name = `${ident(routine.schema)}.${ident(routine.name)}`
  const variadic = /\bVARIADIC\b/i.test(routine.arguments)
  const list = values.map((value, at) => (variadic && at === values.length - 1 ? `variadic ${value}` : value))
  const call = `${name}(${list.join(', ')})`
  if (routine.kind === 'procedure') return { routine, sql: `call ${call}`, asked: `call ${call}` }
  if (/(^|\s)refcursor$/.test(routine.returns)) {
    // The caller may fetch what a cursor holds, as long as the transaction lasts.
    const sql = `select pg_catalog.cursor_to_xml(x, 1000, true, false, '') from ${call} x`
    return { routine, sql, asked: sql.replace(' from ', '::text as v from ') }
  }
  const opaque = /(^|\s)record$/.test(routine.returns)
  return {
    routine,
    sql: opaque ? `select ${call}` : `select * from ${call}`,
    asked: opaque ? `select ${call}::text as v` : `select x::text as v from ${call} x`,
  }
}

/** All combinations where they are few; else each list walked through while the others stay, then mixtures. */
export function combine(lists: readonly (readonly string[])[], budget: number): string[][] {
  if (lists.length === 0) return [[]]
  const size = lists.reduce((product, list) => product * Math.max(1, list.length), 1)
  const pick = (at: (list: number) => number) =>
    lists.map((list, n) => list[at(n) % Math.max(1, list.length)] ?? 'null')
  if (size <= budget)
    return Array.from({ length: size }, (_, n) => {
      let rest = n
      return lists.map((list) => {
        const value = list[rest % list.length] ?? 'null'
        rest = Math.floor(rest / list.length)
        return value
      })
    })
  const out: string[][] = []
  // What the others say meanwhile: the first of each list, or nothing at all where a text may be empty.
  const empty = lists.map((list) => list.findIndex((value) => value.startsWith("''::")))
  const hasEmpty = lists.length > 1 && empty.some((at) => at > 0)
  for (let depth = 0; out.length < budget / 2 && depth < 40; depth++)
    lists.forEach((_, turn) => {
      out.push(pick((n) => (n === turn ? depth : 0)))
      if (hasEmpty) out.push(pick((n) => (n === turn ? depth : Math.max(0, empty[n] ?? 0))))
    })
  for (let n = 0; out.length < budget; n++)
    out.push(pick((list) => (n * (7 + 6 * list) + list * 3 + (n >> 1)) | 0))
  return [...new Map(out.map((values) => [values.join(','), values])).values()].slice(0, budget)
}

/** Values that an argument of this type may be given, written out. */
export function argumentsFor(raid: Raid, routine: Routine, type: string): string[] {
  const { scope, domains } = raid
  const { principal } = raid.identity
  const cast = (value: string) => `${literal(value)}::${type}`
  const others = scope.tenants.filter((each) => !principal.tenants.includes(each))
  const element = type.endsWith('[]') ? type.slice(0, -2) : type
  const fits = (values: readonly string[]) => values.filter((value) => looksLike(value, element))
  const ids = rowTexts(raid, routine, element)
  const said = raid.before.flatMap(({ sql }) =>
    [...sql.matchAll(/'((?:[^']|'')*)'/g)].map(([, inner = '']) => inner.replaceAll("''", "'")),
  )
  const scalars = [
    ...fits(said).slice(-6),
    ...fits(others).slice(0, 2),
    ...ids.foreign,
    ...fits(principal.tenants).slice(0, 1),
    ...ids.own.slice(0, 2),
    ...fits(domains.people),
  ]
  if (type.endsWith('[]')) {
    const all = `{${[...new Set(scalars)].map((each) => JSON.stringify(each)).join(',')}}`
    return [all, ...scalars.slice(0, 4).map((each) => `{${JSON.stringify(each)}}`), '{}'].map(cast)
  }
  const relation = scope.relations.get(type)
  if (relation) return rowArguments(raid, relation)
  const category = categoryOf(type)
  const values = new Set<string>(
    category === 'text'
      ? [
          ...relationsAsked(raid, routine),
          ...settingsFor(raid, routine, fits(others)),
          ...whole(raid, routine),
          ...impersonations(raid, routine),
          ...injections(routine),
          ...scalars,
        ]
      : scalars,
  )
  if (category === 'text')
    for (const value of [
      '%',
      '',
      ...[...(routine.body ?? '').matchAll(/'((?:[^']|'')*)'/g)].map(([, inner]) => inner ?? '').slice(0, 6),
      ...columnsAsked(raid, routine),
      'a',
      'shared-one',
      ...[...scope.tables.keys()].slice(0, 2),
    ])
      values.add(value)
  if (category === 'integer' || category === 'number')
    for (const value of ['0', '1', '100', '-1']) values.add(value)
  if (category === 'boolean') for (const value of ['true', 'false']) values.add(value)
  if (category === 'date' || category === 'timestamp')
    for (const value of ['2001-01-01', '2099-01-01', '2031-01-01']) values.add(value)
  if (category === 'json') for (const value of documents(raid, routine, others)) values.add(value)
  for (const value of scope.snapshot.enums.find(({ id }) => id === type)?.values ?? []) values.add(value)
  if (/^reg(class|type)|^name$/.test(type)) for (const id of scope.tables.keys()) values.add(id)
  if (category === 'interval') for (const value of ['1000 years', '0', '-1000 years']) values.add(value)
  if (category === 'range' && type.includes('ts')) values.add('[2000-01-01,2100-01-01)')
  if (values.size === 0) {
    const one = nth(type, 1)
    if (one !== null) values.add(one)
  }
  const first = [...values].slice(0, isDynamic(routine) ? 24 : 16)
  if (category === 'text' && !first.includes('')) first.push('')
  return [...first.map(cast), `null::${type}`]
}

/** Names of tables, for a statement that is told which one it is about: those that the body allows first. */
function relationsAsked({ scope }: Raid, routine: Routine): string[] {
  const body = routine.body ?? ''
  if (!isDynamic(routine) || !/\.%\d*\$?-?\d*I|\bquote_ident\b/.test(body)) return []
  const tables = [...scope.tables.values()].filter(({ tenancy }) => tenancy !== null)
  const named = tables.filter(({ relation }) => body.includes(`'${relation.name}'`))
  return (named.length > 0 ? named : tables).slice(0, 3).map(({ relation }) => relation.name)
}

/** Names of columns, for a statement that is told which one it is about. */
const columnsAsked = ({ scope }: Raid, routine: Routine) =>
  isDynamic(routine) && /%\d*\$?-?\d*I|\bquote_ident\b/.test(routine.body ?? '')
    ? tablesFor(scope, routine).flatMap(({ relation }) =>
        relation.columns.slice(0, 6).map(({ name }) => name),
      )
    : []
