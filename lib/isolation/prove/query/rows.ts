import type { Constraint, Relation } from '@/lib/catalog/types-relation'
import { parseStatements } from '@/lib/sql/parse'
import type { RawNode } from '@/lib/sql/leaves'
import type { Classes } from '../constraints'
import { compile } from '../expression/compile'
import { and, flag, implies, not, or, type Formula } from '../logic/formula'
import { compare, notDistinct, typed } from '../expression/operate'
import { isPure } from '../expression/pure'
import { between } from '../change/since'
import { atFirst, type Moment } from '../moment'
import { anyValue, shapesOf, type Age } from './any-value'
import type { Context, Problem, Row } from '../problem'
import { family, type Term } from '../logic/term'
import { isNull, truthOf, type Value } from '../logic/value'

const nothing = new Map<string, never>()

/** A context in which nothing has a name yet: for texts of the catalog, which qualify every name. */
export const plainContext = (problem: Problem, role: string): Context => ({
  problem,
  user: role,
  as: role,
  path: [],
  scope: null,
  parameters: [],
  names: nothing,
  tables: nothing,
  depth: 0,
  expanding: [],
  settings: nothing,
  shadowed: false,
  effects: null,
  moment: atFirst,
  told: 0,
  stale: false,
  reads: null,
})

export const withRow = (context: Context, row: Row): Context => ({
  ...context,
  scope: {
    aliases: new Map([[row.relation?.name ?? '', { columns: row.columns, relation: row.relation }]]),
    outer: context.scope,
  },
})

/**
 * A row of a relation that may be any row its columns, checks, keys and references allow. What is known of it goes to
 * the problem's constraints, under the condition that the row exists.
 */
export function anyRowOf(
  problem: Problem,
  relation: Relation,
  age: Age,
  options: {
    readonly given?: ReadonlyMap<string, Value>
    readonly depth?: number
    readonly moment?: Moment
  } = {},
): Row {
  problem.step(relation.columns.length)
  const name = problem.name(relation.name)
  const exists = flag(`${name} exists`)
  const columns = new Map<string, Value>()
  for (const shape of shapesOf(relation, problem.world))
    columns.set(shape.name, options.given?.get(shape.name) ?? anyValue(name, shape, age))
  if (age === 'past') return { name, relation, columns, exists, symbolic: true, past: true }
  const row: Row = { name, relation, columns, exists, symbolic: true, moment: options.moment ?? atFirst }
  problem.rows.push(row)
  problem.constraints.defer([exists], () => constrain(problem, row, age, options.depth ?? 0))
  // Of a row that is being written the key may be that of the row it replaces.
  if (age === 'old' && !hasInheritors(problem, relation))
    problem.constraints.pair(
      row,
      relation.id,
      (other, model) =>
        keysOf(relation).some((key) => key.every((name) => mayAgree(row, other, name, model))),
      (other) => alike(problem, row, other, plainContext(problem, relation.owner)),
    )
  return row
}

function constrain(problem: Problem, row: Row, age: Age, depth: number): void {
  const relation = row.relation!
  const context = withRow(plainContext(problem, relation.owner), row)
  const below = problem.world.below(relation)
  // What another server holds is bound by nothing that is said of it here.
  if ([relation, ...below].some(({ kind }) => kind === 'foreign')) return
  const say = (formula: Formula) => problem.constraints.push(implies(row.exists, formula))
  if (age === 'old') say(problem.judge.belongs(row, problem))
  if (age === 'new') {
    for (const column of relation.columns) {
      if (column.notNull) say(not(isNull(row.columns.get(column.name)!)))
    }
  }
  for (const column of relation.columns) {
    if (!column.generated || !column.default) continue
    // A partition or heir may compute it in a way of its own.
    const alike = (each: Relation) =>
      each.columns.some(
        ({ name, generated, default: text }) => name === column.name && generated && text === column.default,
      )
    if (!below.every(alike)) continue
    const node = expressionOf(column.default)
    if (!node || !isPure(node, problem)) continue
    say(
      notDistinct(
        context,
        row.columns.get(column.name)!,
        typed(context, compile(node, context), column.baseType),
      ),
    )
  }
  const mixed = hasInheritors(problem, relation)
  for (const constraint of relation.constraints) {
    if (constraint.kind === 'check' && constraint.expression && holdsFor(constraint, age)) {
      if (mixed && constraint.definition?.includes('NO INHERIT')) continue
      const node = expressionOf(constraint.expression)
      // A CHECK that asks a function of the database held when the row was written, under another session.
      if (!node || !(age === 'new' || isPure(node, problem))) continue
      say(not(truthOf(compile(node, context)).no))
    }
    if (constraint.kind === 'foreign' && !mixed && holdsFor(constraint, age) && isKept(constraint, relation))
      referred(problem, row, constraint, depth)
  }
  bound(problem, row, context, say)
}

/** Is the row it points to always there? Not for a period, nor where a trigger or rule keeps a row from what the key does. */
export function isKept({ deferrable, definition, references, off }: Constraint, relation: Relation): boolean {
  if (deferrable || off || !references || /\bPERIOD\b/.test(definition ?? '')) return false
  const acts = [references.onDelete, references.onUpdate].some(
    (each) => each !== 'no action' && each !== 'restrict',
  )
  return (
    !acts || (relation.rules.length === 0 && !relation.triggers.some(({ timing }) => timing === 'before'))
  )
}

const holdsFor = (constraint: Constraint, age: Age) =>
  constraint.enforced && !constraint.off && (age === 'new' || constraint.validated)

/** Rows of children by inheritance come along, and keys of the parent do not hold for them. */
const hasInheritors = (problem: Problem, relation: Relation) =>
  relation.kind === 'table' && (problem.world.children.get(relation.id) ?? []).length > 0

/** The row that a reference points to: it is there, with the same key. */
function referred(problem: Problem, row: Row, constraint: Constraint, depth: number): void {
  const key = constraint.references
  const target = key && problem.world.relations.get(key.relation)
  // A reference by one column says no more than that the other row is there.
  if (!key || !target || depth >= 1 || constraint.columns.length < 2) return
  const given = constraint.columns.map((name) => row.columns.get(name))
  if (given.some((value) => value === undefined)) return
  const there = anyRowOf(problem, target, 'old', { depth: depth + 1, moment: row.moment ?? atFirst })
  const context = plainContext(problem, target.owner)
  const full = and(...given.map((value) => not(isNull(value!))))
  const same = key.columns.map((name, at) => compare(context, '=', given[at]!, there.columns.get(name)!).yes)
  problem.constraints.push(implies(and(row.exists, full), and(there.exists, ...same)))
}

/** Rows of a partition lie within its bound. */
function bound(problem: Problem, row: Row, context: Context, say: (formula: Formula) => void): void {
  const relation = row.relation!
  const [parent] = relation.isPartition ? relation.parents : []
  const key = parent && problem.world.relations.get(parent)?.partitionKey
  const [, column] = /^LIST \((\w+|"(?:[^"]|"")+")\)$/.exec(key ?? '') ?? []
  const [, list] = /^FOR VALUES IN \((.*)\)$/.exec(relation.partitionBound ?? '') ?? []
  const value = column && row.columns.get(column.replace(/^"(.*)"$/, '$1').replaceAll('""', '"'))
  const node = list && value ? expressionOf(`array[${list}]`) : null
  if (!node || !value) return
  const values = compile(node, context).elements ?? []
  say(
    or(
      ...values.map((each) => notDistinct(context, value, typed(context, each.value, value.type ?? 'text'))),
    ),
  )
}

const keysOf = (relation: Relation): readonly (readonly string[])[] =>
  relation.constraints
    .filter(({ kind, deferrable }) => (kind === 'primary' || kind === 'unique') && !deferrable)
    // A key of a partitioned table alone holds once each partition has it.
    .filter(({ name }) => !relation.indexes.some((each) => each.constraint === name && !each.valid))
    .map((each) => each.columns)

/** Has a model two columns equal, or leaves it open whether they are? */
function mayAgree(row: Row, other: Row, column: string, model: Classes): boolean {
  const terms = [row, other].map((each) => {
    const value = each.columns.get(column)!
    return value.truth ? null : value.cases.map(({ term }) => term).filter((term) => term !== null)
  })
  const [left, right] = terms
  const isPlain = (term: Term) => term.kind === 'variable' && family(term.type) !== null
  if (!left?.every(isPlain) || !right?.every(isPlain)) return true
  return left.some((one) => right.some((two) => model.classOf(one) === model.classOf(two)))
}

/** Two rows with the same key are one row, unless it left the key or is gone meanwhile; what was changed need not be as it was. */
function alike(problem: Problem, row: Row, other: Row, context: Context): void {
  const relation = row.relation!
  const since = between(row.moment ?? atFirst, other.moment ?? atFirst, relation, problem.world)
  if (!since?.columns || (since.adds && since.removes)) return
  const { columns: changed } = since
  for (const key of keysOf(relation)) {
    if (key.some((name) => changed.has(name))) continue
    problem.step(relation.columns.length)
    const same = key.map(
      (name) => compare(context, '=', row.columns.get(name)!, other.columns.get(name)!).yes,
    )
    const kept = relation.columns.filter(({ name }) => !changed.has(name))
    const all = kept.map((column) =>
      notDistinct(context, row.columns.get(column.name)!, other.columns.get(column.name)!),
    )
    problem.constraints.push(implies(and(row.exists, other.exists, ...same), and(...all)))
  }
}

const limit = 100_000
const expressions = new Map<string, RawNode | null>()

/** A text of the catalog as an expression's tree; the same text, the same tree. */
export function expressionOf(text: string): RawNode | null {
  let found = expressions.get(text)
  if (found === undefined) {
    if (expressions.size > limit) expressions.clear()
    expressions.set(text, (found = readExpression(text)))
  }
  return found
}

/** What a SELECT of one expression alone is made of. */
const bare = new Set(['targetList', 'limitOption', 'op'])

function readExpression(text: string): RawNode | null {
  const [statement, second] = parseStatements(`select ${text}`) ?? []
  const select = statement?.['SelectStmt'] as RawNode | undefined
  const targets = (select?.['targetList'] ?? []) as RawNode[]
  if (!select || second || targets.length !== 1) return null
  // `x := name from t where …`: PL/pgSQL takes whatever may follow SELECT.
  if (Object.keys(select).some((clause) => !bare.has(clause)))
    return { SubLink: { subLinkType: 'EXPR_SUBLINK', subselect: { SelectStmt: select } } }
  return ((targets[0]?.['ResTarget'] as RawNode | undefined)?.['val'] as RawNode | undefined) ?? null
}
