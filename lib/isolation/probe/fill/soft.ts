import type { Column, Relation } from '@/lib/catalog/types-relation'
import type { Domains } from '../schema/domain'
import { escaped, names } from '../schema/mentions'
import { foreignKeys, spread, type Draft, type Placed, type Plan } from '../schema/plan-rows'
import { categoryOf } from '../schema/values'

/** Tables up to which every two of them are looked at for what sets one off beside the other. */
const fewTables = 40

/** Most rows of a tenant. */
const most = 10

/**
 * Rows that point to others by a value alone, as conditions look for them, in each kind that they tell apart: a comment on
 * a post, or on a page. The tables are full by then.
 */
export function softly(
  relation: Relation,
  domains: Domains,
  decidesAbout: ReadonlySet<string>,
  rowsOf: (relation: string) => readonly Placed[],
): Plan[] {
  const written = relation.policies.flatMap(({ using, check }) => [using ?? '', check ?? '']).join('\n')
  const bound = new Set(foreignKeys(relation).flatMap(({ columns }) => columns))
  const own = domains.scope.tables.get(relation.id)?.key ?? []
  const isLoose = (column: Column) =>
    !column.generated && !bound.has(column.name) && !domains.isTenant(relation, column.name)
  const loose = relation.columns.filter(
    (column) => isLoose(column) && ['uuid', 'integer', 'text'].includes(categoryOf(column.baseType)),
  )
  const isFree = (column: Column) => domains.isHot(relation, column.name) && !own.includes(column.name)
  const kinds = loose.filter((column) => isFree(column) && categoryOf(column.baseType) === 'text')
  const drafts: Draft[] = []
  for (const [id, { relation: other, key }] of domains.scope.tables) {
    const [name] = key
    const about = other.columns.find((each) => each.name === name)
    if (key.length !== 1 || about === undefined) continue
    const isAsked = other !== relation && (names(written, other) || decidesAbout.has(id))
    const texts = domains.scope.tables.size > fewTables ? [] : textsBetween(relation, other, domains)
    const pairs = equalIn(texts, about.name)
    const points = (column: Column) => (isAsked && isFree(column)) || pairs.has(column.name)
    for (const column of loose.filter((each) => each.baseType === about.baseType && points(each)))
      for (const row of spread(rowsOf(id), 4)) {
        const value = row.get(about.name) ?? null
        if (other === relation && own.includes(column.name)) continue
        const base: Draft = new Map([[column.name, value]])
        const told = kinds
          .filter((each) => each.name !== column.name)
          .flatMap((each) =>
            [...(domains.mined.near.get(`${relation.id} ${each.name}`) ?? [])]
              .slice(0, 4)
              .map((text): Draft => new Map([...base, [each.name, text]])),
          )
        drafts.push(...(told.length > 0 ? told : [base]))
      }
  }
  const tenants = relation.columns.some(({ name }) => domains.isTenant(relation, name))
    ? domains.scope.tenants
    : [domains.scope.tenants[0] ?? null]
  return tenants.flatMap((tenant) => spread(drafts, most).map((special) => ({ tenant, special })))
}

/** Rules and trigger functions of one table that name the other; of one and the same what reads it twice. */
function textsBetween(relation: Relation, other: Relation, { scope }: Domains): readonly string[] {
  const { relations, routines } = scope.snapshot
  if (relation === other)
    return [
      ...relations.flatMap(({ definition }) => definition ?? []),
      ...routines.flatMap(({ extension, body }) => (extension === null && body !== null ? [body] : [])),
    ].filter((text) => names(text, relation))
  const fired = new Set<string>(other.triggers.map(({ routine }) => routine))
  return [
    ...other.rules.map(({ definition }) => definition ?? ''),
    ...routines.flatMap(({ id, body }) => (fired.has(id) && body !== null ? [body] : [])),
  ].filter((text) => names(text, relation))
}

/** Columns that a text compares with a key of something else: `t.up = w.id`, `id = old.id`. */
function equalIn(texts: readonly string[], key: string): ReadonlySet<string> {
  const side = '(?:\\w+\\.)?"?(\\w+)"?'
  const right = new RegExp(`${side}\\)?\\s*=\\s*\\(?\\w+\\."?${escaped(key)}"?(?![\\w.(])`, 'g')
  const left = new RegExp(`\\w+\\."?${escaped(key)}"?\\)?\\s*=\\s*\\(?${side}(?![\\w.(])`, 'g')
  const found = texts.flatMap((text) => [...text.matchAll(right), ...text.matchAll(left)])
  return new Set(found.flatMap(([, name]) => name ?? []))
}
