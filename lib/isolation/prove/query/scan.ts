import type { Relation } from '@/lib/catalog/types-relation'
import { parseStatements } from '@/lib/sql/parse'
import type { RawNode } from '@/lib/sql/leaves'
import { and, flag, not, type Formula } from '../logic/formula'
import { joining, type Binding, type Context, type Read, type Row } from '../problem'
import { rowsSaid } from './belonging'
import { anyRow, selectRows, type Result } from './query'
import { anyRowOf } from './rows'
import { mayBeTemporary } from '../routine/temporary'
import { letsThrough } from '../row-security'
import { typed } from '../expression/operate'
import { isCanonical } from '../logic/term'
import { ofText, type Value } from '../logic/value'

/** A row of a relation as a query sees it. */
export interface Scanned {
  readonly binding: Binding
  readonly when: Formula
  readonly symbolic: boolean
  readonly reads: readonly Read[]
}

/** The rows of a relation that a query may read: by its name, with the rights the context runs with. */
export function scan(schema: string | null, name: string, context: Context): readonly Scanned[] {
  const table = schema === null ? context.tables.get(name) : undefined
  if (table) return table().map((row) => fromResult(row, null))
  const relation = context.problem.world.relation(schema, name, context.path)
  const isTemporary = schema === null && mayBeTemporary(name, context)
  if (!relation || isTemporary) return [unknownRelation(context, !isTemporary && isCatalog(schema, name))]
  return scanRelation(relation, context)
}

export function scanRelation(relation: Relation, context: Context): readonly Scanned[] {
  const { world } = context.problem
  // PostgreSQL refuses a statement that reads a relation without the right to.
  if (world.mayColumns(context.as, relation, 'SELECT').size === 0) return []
  const kept =
    relation.kind === 'matview' && isSettled(relation, context) ? context.problem.frozen(relation) : null
  if (kept) return knownRows(relation, kept, context).map((row) => asItIs(row, context))
  if (relation.kind === 'view' || relation.kind === 'matview') return viewRows(relation, context)
  return rowsOf(relation, context)
    .map((each) => (each.symbolic || context.reads === null ? each : withoutIt(each, context)))
    .map(({ row, when, symbolic }) => ({
      binding: { columns: row.columns, relation },
      when: and(row.exists, when, letsThrough(relation, row, 'SELECT', 'using', context)),
      symbolic,
      reads: context.reads === null ? [] : [{ row, when: true }],
    }))
}

/** A known row of another tenant may be there or not: a result that is another without it depends on it. */
function withoutIt({ row, when, symbolic }: Candidate, { problem }: Context): Candidate {
  const { judge } = problem
  if (!judge.isTenantTable(row.relation?.id ?? '') || judge.foreign(row, true, problem) === false)
    return { row, when, symbolic }
  return { row, when: and(when, flag(`${row.name} there`)), symbolic: true }
}

const asItIs = (row: Row, context: Context): Scanned => ({
  binding: { columns: row.columns, relation: row.relation },
  when: true,
  symbolic: false,
  reads: context.reads === null ? [] : [{ row, when: true }],
})

/** May a materialized view be taken as it stands: nobody refreshes it meanwhile, and it shows no row of a tenant? */
function isSettled(view: Relation, { problem }: Context): boolean {
  const { world, judge, knowledge } = problem
  if (world.refreshesViews) return false
  const isPlain = (of: Relation): boolean =>
    !/\.\S*\(/.test(of.definition ?? '') &&
    of.reads.every((each) => {
      const below = world.relations.get(each.relation)
      if (!below) return false
      if (below.kind === 'view' || below.kind === 'matview') return isPlain(below)
      return !judge.isTenantTable(below.id) && knowledge.written(below) === null
    })
  return isPlain(view)
}

/** The rows of a view, whoever may read them. */
export function viewRows(view: Relation, context: Context): readonly Scanned[] {
  const select = selectOf(view)
  if (!select || context.depth > 20) return [unknownRelation(context)]
  const as = context.problem.world.viewRole(view, context.user)
  const stale = view.kind === 'matview'
  const inner: Context = {
    ...context,
    as,
    user: stale ? view.owner : context.user,
    // What a function around it sets was not set when it was refreshed.
    settings: stale ? new Map() : context.settings,
    path: [],
    scope: null,
    parameters: [],
    names: new Map(),
    tables: new Map(),
    depth: context.depth + 1,
    shadowed: false,
    stale: context.stale || (stale && 'refreshed'),
  }
  return selectRows(select, inner).map((row) => fromResult(row, view))
}

export function selectOf(view: Relation): RawNode | null {
  const [statement] = parseStatements(view.definition ?? '') ?? []
  return (statement?.['SelectStmt'] as RawNode | undefined) ?? null
}

const fromResult = (row: Result, view: Relation | null): Scanned => ({
  binding: {
    columns: new Map(row.columns.map((column, at) => [view?.columns[at]?.name ?? column.name, column.value])),
    relation: view,
  },
  when: row.when,
  symbolic: row.symbolic,
  reads: row.reads,
})

interface Candidate {
  readonly row: Row
  readonly when: Formula
  readonly symbolic: boolean
}

/** In so many ways a table may be written for what rests on rows that the session wrote before to be followed once more. */
const mostWaysAgain = 4

const tooManyWays = ({ id }: Relation) => ({
  en: `${id} may be written in too many ways to follow what was written before: it may hold any row.`,
  pt: `${id} pode ser gravada de modos demais para seguir o que foi gravado antes: pode conter qualquer linha.`,
})

/** Rows before row security: those known, those the session may have put there, or any. */
export function rowsOf(relation: Relation, context: Context): readonly Candidate[] {
  const { problem, moment } = context
  if (context.stale) return [{ row: anyRowOf(problem, relation, 'past'), when: true, symbolic: true }]
  const content = problem.frozen(relation)
  if (content === null)
    return [{ row: anyRowOf(problem, relation, 'old', { moment }), when: true, symbolic: true }]
  const writing = problem.knowledge.written(relation)
  problem.assume({
    en: `It holds for the rows that ${relation.id} has now${writing ? ' and those the session may write there' : ''}.`,
    pt: `Vale para as linhas que ${relation.id} tem agora${writing ? ' e as que a sessão pode gravar lá' : ''}.`,
  })
  const said = rowsSaid(relation, content, context)
  const there = knownRows(relation, content, context).map((row): Candidate => ({
    row,
    when: writing?.removes ? flag(`${row.name} kept`) : true,
    symbolic: false,
  }))
  const kept: readonly Candidate[] = [...there, ...said]
  if (!writing) return kept
  if (writing.made !== null && problem.writing >= 1) {
    // Of what was written before it is taken for proved that it names no other tenant: so was that which it rests on.
    const row = anyRowOf(problem, relation, 'old', { moment })
    const joins = problem.judge.joins(row, problem)
    if (joins !== null && problem.assumeHeld(relation.id, joining))
      return [...kept, { row, when: and(problem.flag('written', true), not(joins)), symbolic: true }]
  }
  // Each of the ways asks who may write, of rows that are written in all those ways again: the product has no bound.
  if (problem.writing === 1 && writing.ways > mostWaysAgain)
    problem.notes.leaveOpen(`written ${relation.id}`, tooManyWays(relation))
  if (writing.made === null || problem.writing >= (writing.ways > mostWaysAgain ? 1 : 2))
    return [
      ...kept,
      {
        row: anyRowOf(problem, relation, 'old', { moment }),
        when: problem.flag('written', true),
        symbolic: true,
      },
    ]
  problem.writing++
  const added = writing.made(problem).rows
  problem.writing--
  return [...kept, ...added.map(({ row, when }) => ({ row: { ...row, moment }, when, symbolic: true }))]
}

/** Named anew once PostgreSQL has said what a value is: what was worked out of the row before that is of another. */
const knownRows = (
  relation: Relation,
  content: readonly ReadonlyMap<string, string | null>[],
  context: Context,
): readonly Row[] =>
  context.problem.once(`rows of ${relation.id}`, () =>
    content.map((values, at): Row => {
      const columns = new Map<string, Value>(
        relation.columns.map((column) => [
          column.name,
          printed(context, values.get(column.name) ?? null, column.baseType),
        ]),
      )
      const name = context.problem.name(`${relation.id}[${at}]`)
      return { name, relation, columns, exists: true, symbolic: false }
    }),
  )

/** What PostgreSQL printed for a value of a type. */
const printed = (context: Context, text: string | null, type: string): Value =>
  text !== null && (isCanonical(text, type) || type === 'timestamp with time zone')
    ? ofText(text, type)
    : typed(context, ofText(text, null), type)

/** A relation that is not in the snapshot: whatever is asked of it may be anything. */
/** Does PostgreSQL keep there what is defined, and nothing of what tables hold? */
const isCatalog = (schema: string | null, name: string): boolean =>
  schema === 'information_schema' ||
  ((schema === null || schema === 'pg_catalog') &&
    /^pg_(?:roles|authid|user|group|auth_members|class|namespace|proc|attribute|attrdef|type|enum|constraint|index|indexes|trigger|policy|policies|tables|views|matviews|rules|settings|database|extension|inherits|description|depend)$/.test(
      name,
    ))

/** Rows of which nothing is known. A table that is not there yet may be made of rows of any other. */
function unknownRelation(context: Context, ofDefinitions = false): Scanned {
  const row = anyRow(context, 0)
  return {
    binding: { columns: new Map(), relation: null, open: true },
    when: row.when,
    symbolic: true,
    reads: context.reads === null || ofDefinitions ? [] : [{ row: null, when: true }],
  }
}
