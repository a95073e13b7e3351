import type { Routine } from '@/lib/catalog/types-object'
import { rowTexts, tablesFor } from './call-values'
import type { Row } from '../observe/effects'
import { spread } from '../schema/plan-rows'
import type { Raid } from '../observe/raid'
import { isForeign, type Table } from '../schema/scope'

const splits =
  /\b(?:string_to_array|string_to_table|split_part|regexp_split_to_(?:array|table))\s*\([^;]*?,\s*(E?)'((?:[^']|'')+)'/gi

const signs: Readonly<Record<string, string>> = {
  '\\n': '\n',
  '\\t': '\t',
  '\\r': '\r',
  '\\s*,\\s*': ',',
  '\\s+': ' ',
}

/** Texts for a body that takes what it is given apart: the keys of rows, or a row of others as it inserts one, with its signs between. */
export function composed(raid: Raid, routine: Routine): string[] {
  const between = [
    ...new Set([...(routine.body ?? '').matchAll(splits)].map(([, , sign = '']) => signs[sign] ?? sign)),
  ]
  const inner = between.findLast((sign) => sign !== '\n') ?? between.at(-1)
  if (inner === undefined) return []
  const ids = rowTexts(raid, routine, 'integer').foreign
  const keys = ids.length > 0 ? ids : rowTexts(raid, routine, 'uuid').foreign
  const rows = tablesFor(raid.scope, routine).flatMap((table) => lines(raid, routine, table, inner))
  return [...rows, ...(keys.length > 0 ? [keys.slice(0, 3).join(inner), keys[0] ?? ''] : [])]
}

function lines(
  { arena, identity, domains }: Raid,
  { body }: Routine,
  { relation, key }: Table,
  sign: string,
): string[] {
  const inserts = [
    ...(body ?? '').matchAll(
      new RegExp(
        `\\binsert\\s+into\\s+(?:\\w+\\.)?${relation.name}\\s*(?:as\\s+\\w+\\s*)?\\(([^()]*)\\)`,
        'gi',
      ),
    ),
  ].map(([, list = '']) => list.split(',').map((each) => each.trim()))
  const [columns = relation.columns.map(({ name }) => name)] = inserts
  const places = columns.map((name) => relation.columns.findIndex((each) => each.name === name))
  const theirs: Row[] = [...arena.rowsOf(relation.id).values()].filter(({ tenant }) =>
    isForeign(tenant, identity.principal),
  )
  return spread(theirs, 2).flatMap(({ values }, n) => {
    const told = places.map((at) => {
      const column = relation.columns[at]
      if (!column || domains.isTenant(relation, column.name) || column.baseType !== 'text')
        return values[at] ?? ''
      return key.includes(column.name) ? (domains.fresh(column, 430_001 + n) ?? '') : `${values[at] ?? ''}x`
    })
    const rest = told.filter((_, at) => !domains.isTenant(relation, columns[at] ?? ''))
    return [told.join(sign), rest.join(sign)]
  })
}
