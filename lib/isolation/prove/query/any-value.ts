import type { Relation } from '@/lib/catalog/types-relation'
import { and, flag, holds, not } from '../logic/formula'
import { variable, type Variable } from '../logic/term'
import { ofTruth, type Case, type Value } from '../logic/value'
import type { World } from '../world'

/**
 * `new`: a row that is being written, which NOT VALID constraints hold for as well; `past`: one that was there when a
 * materialized view was refreshed, before any constraint maybe, and need not be there now.
 */
export type Age = 'old' | 'new' | 'past'

/** A column as any row has it: its type, and whether it is NULL in none that is there. */
interface Shape {
  readonly name: string
  readonly type: string
  readonly firm: boolean
}

const shapes = new WeakMap<World, Map<Relation, readonly Shape[]>>()

/** The columns of a relation, as many rows of which are made: once for all of them. */
export function shapesOf(relation: Relation, world: World): readonly Shape[] {
  let known = shapes.get(world)
  if (!known) shapes.set(world, (known = new Map()))
  let found = known.get(relation)
  if (!found) {
    const all = [relation, ...world.below(relation)]
    found = relation.columns.map((column) => ({
      name: column.name,
      type: column.baseType,
      firm: all.every((each) => isNeverNull(each, column.name)),
    }))
    known.set(relation, found)
  }
  return found
}

/** Any value of a column, in the row of that name. */
export function anyValue(row: string, { name, type, firm }: Shape, age: Age): Value {
  const isFirm = firm && age !== 'past'
  if (type !== 'boolean' && !isFirm) return new Nullable(type, row, name)
  const term = variable(`${row}.${name}`, type)
  if (type === 'boolean') {
    const [absent, so] = [isFirm ? false : flag(`${term.name} null`), holds(term)]
    return ofTruth({ yes: and(not(absent), so), no: and(not(absent), not(so)) })
  }
  return { type, cases: [{ when: true, term }] }
}

/** Any value of a type, NULL too. Most columns of most rows are never asked for, so its cases are made when they are. */
class Nullable implements Value {
  private made: readonly Case[] | null = null

  constructor(
    readonly type: string,
    private readonly row: string,
    private readonly column: string,
  ) {}

  get cases(): readonly Case[] {
    return (this.made ??= orNull(variable(`${this.row}.${this.column}`, this.type)))
  }
}

function orNull(term: Variable): readonly Case[] {
  const absent = flag(`${term.name} null`)
  return [
    { when: absent, term: null },
    { when: not(absent), term },
  ]
}

/** NOT NULL that was added NOT VALID (since 18): old rows may break it. */
export const isNeverNull = (relation: Relation, name: string) =>
  relation.kind !== 'foreign' &&
  relation.columns.some((each) => each.name === name && each.notNull) &&
  !notYet(relation, name)

const notYet = (relation: Relation, column: string) =>
  relation.constraints.some(
    (each) => each.kind === 'not null' && !(each.validated && each.enforced) && each.columns.includes(column),
  )
