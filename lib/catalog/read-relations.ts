import { byName, bySchema, inOrder, iso, type Book } from './book'
import { addRules, policyTaker, policyTexts, triggerTaker } from './build-behaviour'
import { Columns } from './build-columns'
import { constraintTaker, indexTaker } from './build-keys'
import { relationTaker, type Draft, type Texts } from './build-relation'
import { readCarefully } from './careful'
import { Expressions } from './expressions'
import { PolicyUses } from './policy-uses'
import { step, type Step } from './reading'
import type { Session } from './session'
import { addSizes, readSizes } from './sizes'
import { columnsSql, defaultsSql, type ColumnsRow, type DefaultRow } from './sql/columns'
import { constraintsSql, notNullsSql, type ConstraintRow, type NotNullRow } from './sql/constraints'
import { dependsSql, type DependRow } from './sql/depends'
import { indexesSql, type IndexRow } from './sql/indexes'
import { policiesSql, type PolicyRow } from './sql/policies'
import { inheritanceSql, relationsSql, statisticsSql } from './sql/relations'
import type { InheritanceRow, RelationRow, StatisticsRow } from './sql/relations'
import { definitionsSql, type TextRow } from './sql/texts'
import { rulesSql, triggersSql, type RuleRow, type TriggerRow } from './sql/triggers'
import { Trees } from './trees'
import type { Command } from './types'
import type { Relation } from './types-relation'

/**
 * How a pass reads: the server's version, its block size, whether relations that are alike may share a text, and what else
 * to ask for with the heavy part.
 */
export interface Manner {
  readonly version: number
  readonly blockSize: number
  readonly shared: boolean
  readonly beside: readonly Step[]
}

/** The heavy part: rows become parts of their relation as they arrive. */
export async function readRelations(session: Session, book: Book, manner: Manner) {
  const { version, blockSize, shared } = manner
  const drafts = new Map<string, Draft>()
  const pages = new Map<string, number | null>()
  const parents = new Map<string, string>()
  const inheritance: InheritanceRow[] = []
  const takeRelation = relationTaker(drafts, book)
  const trees = new Trees(version, shared)
  const expressions = new Expressions(book, trees, shared)
  const columns = new Columns(drafts, book, expressions, shared)
  // Each message is sent before the last is answered, in an order that keeps both sides busy.
  const named = session.each(
    step<RelationRow>('relations', relationsSql, (row) => {
      takeRelation(row)
      pages.set(row[0], row[13] === null ? null : Number(row[13]))
    }),
    step<InheritanceRow>('inheritance', inheritanceSql, (row) => {
      inheritance.push(row)
      parents.set(row[0], row[1])
    }),
  )
  const described = session.each(
    step<DefaultRow>('defaults', defaultsSql, columns.takeDefault),
    step<ColumnsRow>('columns', columnsSql, columns.take, 2),
  )
  await named
  const oids = [...drafts.keys()]
  const texts = new Map<string, Map<string, string>>()
  const lost = new Set<string>()
  const lose = (gone: ReadonlySet<string>) => gone.forEach((oid) => lost.add(oid))
  const takeText = textTaker(texts, lost)
  const isSpecial = (oid: string) => {
    const draft = drafts.get(oid)
    return draft !== undefined && (draft.kind !== 'table' || draft.isPartition)
  }
  const definitions = (among: readonly string[]) =>
    step<TextRow>('definitions', definitionsSql(among, among.filter(isSpecial)), takeText)
  const [, sizes] = await Promise.all([
    readCarefully(session, definitions, oids).then(lose),
    readSizes(session, oids, blockSize),
    described,
  ])

  const served = new Map<string, string>()
  const constraints = constraintTaker(drafts, book, texts, expressions, served)
  const indexes = indexTaker(drafts, book, expressions, { served, parents, sizes })
  const policyUses = new PolicyUses(book, trees, shared)
  const uses = new Map<string, string>()
  const rules: RuleRow[] = []
  const ordered: [string, Draft][] = []
  /** What needs no expression is done while the server prints them. */
  const assemble = () => {
    indexes.adopt()
    addRules(rules, drafts, texts, book, uses)
    for (const [child, parent] of inheritance) {
      const id = book.relations.get(parent)?.id
      if (id) drafts.get(child)?.parents.push(id)
    }
    addSizes(drafts, sizes, pages)
    for (const each of drafts) {
      finish(...each, texts)
      ordered.push(each)
    }
    ordered.sort(([, a], [, b]) => bySchema(a, b))
  }
  const behaviour = async () => {
    await session.each(step<PolicyRow>('policies', policiesSql, policyTaker(drafts, book, policyUses), 5))
    await trees.read(session)
    const known = policyUses.read(session, policyTexts(drafts, expressions))
    const others = session.each(
      step<TriggerRow>('triggers', triggersSql, triggerTaker(drafts, book, texts, lost), 3),
      step<DependRow>('dependencies', dependsSql, ([of, oid, list]) => uses.set(of + oid, list)),
      step<RuleRow>('rules', rulesSql, (row) => rules.push(row)),
      step<StatisticsRow>('statistics', statisticsSql, statisticsTaker(drafts)),
      ...manner.beside,
    )
    // Indexes are the last to bring expressions; where there are no policies they have not come by then.
    const complete = Promise.all([known, indexed])
    await Promise.all([complete.then(() => expressions.read(session)).then(lose), others.then(assemble)])
  }
  let indexed: Promise<unknown> = Promise.resolve()
  await Promise.all([
    columns.read(session).then(lose),
    session.each(
      step<ConstraintRow>('constraints', constraintsSql(version), constraints.take, 6),
      ...(version >= 180000
        ? [step<NotNullRow>('constraints', notNullsSql, constraints.takeNotNull, 3)]
        : []),
    ),
    behaviour(),
    (indexed = session.each(step<IndexRow>('indexes', indexesSql(version), indexes.take, 8))),
  ])
  const relations = ordered.flatMap(([oid, draft]): Relation[] => (lost.has(oid) ? [] : [draft]))
  const size = relations.reduce((sum, each) => sum + (each.isPartition ? 0 : (each.size ?? 0)), 0)
  return { relations, lost, sizesEstimated: sizes.estimated, drafts, size, uses }
}

function finish(oid: string, draft: Draft, texts: Texts) {
  draft.partitionKey = texts.get('partition key')?.get(oid) ?? null
  draft.partitionBound = texts.get('bound')?.get(oid) ?? null
  const updatable = texts.get('updatable')?.get(oid)
  if (updatable !== undefined) draft.updatable = passedOn(Number(updatable))
  inOrder(draft.constraints, byName)
  inOrder(draft.indexes, byName)
  inOrder(draft.policies, byName)
  inOrder(draft.triggers, byName)
  inOrder(draft.rules, byName)
}

/** `pg_relation_is_updatable` gives one bit for each command. */
const passedOn = (bits: number): Command[] =>
  (['UPDATE', 'INSERT', 'DELETE'] as const).filter((_, i) => bits & (4 << i))

/** A text that came back null belongs to an object that was dropped meanwhile. */
function textTaker(texts: Map<string, Map<string, string>>, gone: Set<string>): (row: TextRow) => void {
  return ([what, relation, part, text]) => {
    if (text === null) {
      gone.add(relation)
      return
    }
    let of = texts.get(what)
    if (!of) texts.set(what, (of = new Map()))
    of.set(part, text)
  }
}

function statisticsTaker(drafts: ReadonlyMap<string, Draft>): (row: StatisticsRow) => void {
  return (row) => {
    const draft = drafts.get(row[0])
    if (!draft) return
    draft.statistics = {
      seqScans: Number(row[1]),
      idxScans: draft.indexes.reduce((sum, index) => sum + (index.scans ?? 0), 0),
      inserted: Number(row[2]),
      updated: Number(row[3]),
      deleted: Number(row[4]),
      live: Number(row[5]),
      dead: Number(row[6]),
      lastVacuum: iso(row[7]),
      lastAnalyze: iso(row[8]),
    }
  }
}
