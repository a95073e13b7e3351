import type { Routine } from '@/lib/catalog/types-object'
import { ident, literal } from '@/lib/clone/spelling'
import { argumentTypes } from '../schema/argument-types'
import { argumentsFor } from './argument-values'
import { tablesFor } from './call-values'
import type { Raid } from '../observe/raid'
import { ownRoutines } from '../schema/scope'

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
  const choices = types.map((type, at) => argumentsFor(raid, routine, type, at))
  const lists = choices.map(({ values }) => values)
  const mine = choices.map(({ own }) => own)
  const defaults = [...routine.arguments.matchAll(/ DEFAULT /g)].length
  const combinations = combine(lists, budget, mine)
  const shorter =
    defaults === 0 ? [] : combine(lists.slice(0, types.length - defaults), Math.ceil(budget / 3), mine)
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

/**
 * All combinations where they are few; else each list walked through while the others stay, then mixtures. `own` are places of
 * what is the caller's own: what is done to that, with something of others, is another matter.
 */
export function combine(
  lists: readonly (readonly string[])[],
  budget: number,
  own: readonly number[] = [],
): string[][] {
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
  const bases = [
    [],
    ...(lists.length > 1 && own.some((at) => at > 0) ? [own] : []),
    ...(lists.length > 1 && empty.some((at) => at > 0) ? [empty] : []),
  ]
  for (let depth = 0; out.length < (budget * 2) / 3 && depth < 40; depth++)
    lists.forEach((_, turn) => {
      for (const base of bases) out.push(pick((n) => (n === turn ? depth : Math.max(0, base[n] ?? 0))))
    })
  for (let n = 0; out.length < budget; n++)
    out.push(pick((list) => (n * (7 + 6 * list) + list * 3 + (n >> 1)) | 0))
  return [...new Map(out.map((values) => [values.join(','), values])).values()].slice(0, budget)
}
