import type { Relation } from '@/lib/catalog/types-relation'
import type { Domains } from '../schema/domain'
import { regexText } from '../schema/patterns'
import { foreignKeys, type Draft } from '../schema/plan-rows'
import type { Wish } from './solve'
import { categoryOf } from '../schema/values'

interface Learned {
  readonly column: string
  readonly value: string | null
  /** What a check asks the text to look like. */
  readonly pattern: string | undefined
}

/** What the checks made of the first row that keeps them, where others may say the same. */
export function lessonOf(
  relation: Relation,
  domains: Domains,
  checked: ReadonlySet<string>,
  before: Draft,
  after: Draft,
): Learned[] {
  const bound = new Set(foreignKeys(relation).flatMap(({ columns }) => columns))
  const unique = new Set(
    relation.indexes
      .filter((each) => each.unique)
      .flatMap(({ keys }) => keys.flatMap(({ column }) => column ?? [])),
  )
  return [...after]
    .filter(
      ([name, value]) =>
        checked.has(name) &&
        value !== before.get(name) &&
        !bound.has(name) &&
        !unique.has(name) &&
        !domains.isTenant(relation, name),
    )
    .map(([column, value]) => ({ column, value, pattern: patternOf(relation, domains, column, value) }))
}

/** Gives the other rows what the first took; where many texts would do, not the same to all. */
export function learn(lesson: readonly Learned[], wishes: readonly Wish[]): void {
  for (const [at, { draft, plan }] of wishes.entries())
    for (const { column, value, pattern } of lesson) {
      if (plan.special.has(column)) continue
      const own = pattern !== undefined && at % 3 !== 0 ? regexText(pattern, at * 7) : null
      draft.set(column, own ?? value)
    }
}

function patternOf(
  relation: Relation,
  { mined }: Domains,
  name: string,
  value: string | null,
): string | undefined {
  const column = relation.columns.find((each) => each.name === name)
  if (value === null || !column || categoryOf(column.baseType) !== 'text') return undefined
  return [...(mined.near.get(`${relation.id} ${name}`) ?? [])].find(
    (pattern) => /[\\^$[\](){}|+*?]/.test(pattern) && matches(pattern, value),
  )
}

/** As far as both write patterns alike. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern).test(value)
  } catch {
    return false
  }
}
