import type { Client } from 'pg'
import type { Routine } from '@/lib/catalog/types-object'
import { ident, literal } from '@/lib/clone/spelling'
import { uncommented } from '@/lib/sql/source-text'
import { argumentTypes } from '../schema/argument-types'
import { parametersOf } from './argument-use'
import { comparedWith, isKnowable } from './computed'
import { escaped, names, word } from '../schema/mentions'
import type { Mined } from '../schema/mine'
import { ownRoutines, type Scope } from '../schema/scope'
import { canary, categoryOf } from '../schema/values'

/** Texts that are given for each expression: a row of each of some tenants may hold what it makes of one. */
const texts = 6

/**
 * With it what bodies make of an argument and look for in a column, `key_hash = md5(given)`, `sku = upper(given)`: rows hold what
 * the server makes of some texts, and calls give these.
 */
export async function withMadeOfArguments(client: Client, scope: Scope, mined: Mined): Promise<Mined> {
  const near = new Map(mined.near)
  const given = new Map<string, ReadonlySet<string>>()
  const known = new Map<string, readonly string[]>()
  for (const routine of ownRoutines(scope.snapshot)) {
    const body = substituted(routine)
    for (const [name, type] of namedArguments(routine)) {
      if (categoryOf(type) !== 'text' || !word(name).test(body)) continue
      for (const { relation } of scope.tables.values()) {
        if (!names(body, relation)) continue
        for (const column of relation.columns) {
          if (categoryOf(column.baseType) !== 'text' && column.baseType !== 'bytea') continue
          if (!mined.interesting.get(relation.id)?.has(column.name)) continue
          for (const expression of comparedWith(body, column.name)) {
            if (!word(name).test(expression) || !isKnowable(scope, expression)) continue
            const told = Array.from({ length: texts }, (_, n) => canary(470_001 + n))
            const mark = `${routine.schema} ${name} ${type} ${expression}`
            const made =
              known.get(mark) ?? (await makes(client, routine.schema, expression, name, type, told))
            known.set(mark, made)
            if (made.length === 0) continue
            const key = `${relation.id} ${column.name}`
            near.set(key, new Set([...made, ...(near.get(key) ?? [])]))
            given.set(routine.id, new Set([...(given.get(routine.id) ?? []), ...told]))
          }
        }
      }
    }
  }
  return { ...mined, near, given: throughCalls(scope, given) }
}

/** Who calls a function that makes something of a text gives it the same. */
function throughCalls(
  { snapshot }: Scope,
  given: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map(given)
  const routines = given.size === 0 ? [] : ownRoutines(snapshot)
  for (let size = -1; size !== found.size;) {
    size = found.size
    for (const routine of routines) {
      const callee = routines.find((each) => found.has(each.id) && names(routine.body ?? '', each))
      if (callee && !found.has(routine.id)) found.set(routine.id, found.get(callee.id) ?? new Set())
    }
  }
  return found
}

const namedArguments = (routine: Routine): [string, string][] => {
  const types = argumentTypes(routine)
  const list = parametersOf(routine)
  return list.length === types.length ? list.map((name, at) => [name, types[at] ?? '']) : []
}

/** The body with what a variable is set to, once, in the variable's place. */
function substituted({ body }: Routine): string {
  let text = uncommented(body ?? '')
  const set = /(?:^|[;\s])(\w+)\s+(?:[\w.]+(?:\(\d+\))?\s+)?:=\s*([^;]*\([^;]*);/g
  for (const [, name = '', expression = ''] of text.matchAll(set)) {
    const assigned =
      text.match(new RegExp(`\\b${escaped(name)}\\s+(?:[\\w.]+(?:\\(\\d+\\))?\\s+)?:=`, 'g')) ?? []
    if (assigned.length !== 1 || /\bselect\b/i.test(expression)) continue
    text = text.replaceAll(
      new RegExp(`(=|<>)(\\s*)${escaped(name)}(?![\\w.(])`, 'g'),
      (_, sign: string, gap: string) => `${sign}${gap}${expression}`,
    )
  }
  return text
}

/** What the server makes of each text; nothing where the expression asks for more than the argument. */
async function makes(
  client: Client,
  schema: string,
  expression: string,
  name: string,
  type: string,
  told: readonly string[],
): Promise<string[]> {
  const self = new RegExp(word(name).source, 'gu')
  const asked = told.map((text) => expression.replaceAll(self, () => `${literal(text)}::${type}`))
  try {
    const results = (await client.query(
      `begin; set local search_path to ${ident(schema)}, public;
       select array[${asked.map((each) => `(${each})::text`).join(', ')}] as v; commit`,
    )) as unknown as { rows: { v?: (string | null)[] }[] }[]
    const made = results.flatMap(({ rows }) => rows.flatMap(({ v }) => v ?? []))
    return made.filter((each): each is string => each !== null)
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    await client.query('rollback')
    return []
  }
}
