import type { Relation } from '@/lib/catalog/types-relation'
import type { Principal, Setup } from '../types'
import { asLetters } from './collations'
import { condition } from './expression/compile'
import { and, flag, not, or, type Formula } from './logic/formula'
import { apply, compare, typed } from './expression/operate'
import { between } from './change/since'
import { atFirst } from './moment'
import type { Problem, Read, Row } from './problem'
import { isNeverNull } from './query/any-value'
import { anyRowOf, expressionOf, isKept, plainContext, withRow } from './query/rows'
import { numberOf } from './logic/number-of'
import { constant } from './logic/term'
import { isNull, ofTerm, ofText, type Value } from './logic/value'

/** What the setup says of rows: who they belong to. */
export interface Judge {
  /** Does a row of this relation belong to a tenant at all? */
  isTenantTable(relation: string): boolean
  foreign(row: Row, reading: boolean, problem: Problem): Formula
  /** Does a row of a table that says who belongs where name another tenant? `null` for a table that says no such thing. */
  joins(row: Row, problem: Problem): Formula | null
  /** What the setup says of a row that was there before the session began, in the table that says who belongs where. */
  belongs(row: Row, problem: Problem): Formula
}

/** Whose a row is, as the setup says it: by a column of its own, or by the row it points to. */
export function judgeOf(setup: Setup, principal: Principal): Judge {
  const columns = new Map(setup.tenants.map((each) => [each.relation, each.column]))
  const via = new Map(setup.tenantVia.map((each) => [each.relation, each]))
  const { membership } = setup
  const judge: Judge = {
    joins(row, problem) {
      const id = row.relation?.id ?? ''
      const name = membership?.relation === id ? membership.tenant : columns.get(id)
      return name ? ofAnother(row.columns.get(name), false, problem) : null
    },
    belongs(row, problem) {
      const { relation } = row
      if (!membership || relation?.id !== membership.relation) return true
      const content = problem.frozen(relation)
      const answer = problem.ask(`(${membership.session})::text`)
      const [user, tenant] = [row.columns.get(membership.user), row.columns.get(membership.tenant)]
      if (!content || !answer || !('text' in answer) || answer.text === null || !user || !tenant) return true
      const counted = membership.when?.toLowerCase() ?? ''
      const asked = relation.columns
        .map(({ name }) => name)
        .filter(
          (name) =>
            name === membership.user || name === membership.tenant || counted.includes(name.toLowerCase()),
        )
      if (mayChange(relation, asked, problem)) return true
      const who = answer.text
      const agrees = (each: ReadonlyMap<string, string | null>) =>
        each.get(membership.user) !== who || principal.tenants.includes(each.get(membership.tenant) ?? '')
      const context = withRow(plainContext(problem, relation.owner), row)
      const when = membership.when === null ? null : expressionOf(membership.when)
      if (membership.when === null ? !content.every(agrees) : !when) return true
      const type = relation.columns.find(({ name }) => name === membership.user)?.baseType ?? 'text'
      const mine = compare(context, '=', user, typed(context, ofText(who, null), type)).yes
      const counts = when ? condition(when, context).yes : true
      return or(not(and(mine, counts)), not(ofAnother(tenant, false, problem)))
    },
    isTenantTable: (relation) => (columns.get(relation) ?? null) !== null || via.has(relation),
    foreign(row, reading, problem) {
      const id = row.relation?.id ?? ''
      const name = columns.get(id)
      const link = via.get(id)
      const owner = name ?? link?.column
      if (!owner) return false
      if (mayHaveMoved(row, owner, problem)) return flag(`${row.name} was another's`, true)
      if (name) return ofAnother(row.columns.get(name), reading, problem)
      return problem.once(`parent of ${row.name} ${reading}`, () => byParent(row, link!, reading, problem))
    },
  }

  /** May it have been another tenant's before a statement of the same function? Not where none is changed, which is taken for proved. */
  function mayHaveMoved({ relation, moment }: Row, owner: string, problem: Problem): boolean {
    if (!relation || !moment || moment.before === null) return false
    const since = between(atFirst, moment, relation, problem.world)
    if (since?.columns && !since.columns.has(owner)) return false
    return !problem.assumeHeld(moment.booked ?? relation.id, 'UPDATE')
  }

  function byParent(row: Row, link: Setup['tenantVia'][number], reading: boolean, problem: Problem): Formula {
    const parent = problem.world.relations.get(link.parent)
    const value = row.columns.get(link.column)
    if (!parent || !value) return true
    const context = plainContext(problem, parent.owner)
    const there = anyRowOf(problem, parent, 'old', { depth: 1, moment: row.moment ?? atFirst })
    const same = compare(context, '=', value, there.columns.get(link.parentColumn)!).yes
    const { relation } = row
    const held =
      !row.past &&
      relation?.constraints.some(
        (each) =>
          each.references?.relation === parent.id &&
          each.columns.includes(link.column) &&
          // With a NULL in another column of the key nothing is looked up.
          each.columns.every((name, at) =>
            name === link.column
              ? each.references!.columns[at] === link.parentColumn
              : isNeverNull(relation, name),
          ) &&
          each.validated &&
          each.enforced &&
          isKept(each, relation),
      )
    const orphan = held ? false : flag(`${row.name} has no parent`)
    problem.constraints.defer([orphan], () => {
      for (const other of problem.rows) {
        if (other.relation !== parent) continue
        const meets = compare(context, '=', value, other.columns.get(link.parentColumn)!).yes
        problem.constraints.push(or(not(orphan), not(and(other.exists, meets))))
      }
    })
    const nobodys = !(reading && setup.nullTenant === 'shared')
    const result = or(
      and(there.exists, same, judge.foreign(there, reading, problem)),
      and(or(isNull(value), orphan), nobodys),
    )
    return result
  }

  /** The same value, the same formula: a row of a partition and that of its table are asked about together then. */
  function ofAnother(given: Value | undefined, reading: boolean, problem: Problem): Formula {
    if (!given) return true
    return problem.once(`whose ${numberOf(given)} ${reading}`, () => isAnothers(given, reading, problem))
  }

  function isAnothers(given: Value, reading: boolean, problem: Problem): Formula {
    const context = plainContext(problem, principal.role)
    // Tenants that a collation of somebody's own holds for equal are two tenants still.
    const value = given.type?.includes(' collate ')
      ? apply(context, asLetters, [given], 'text', { total: true })
      : given
    const own = principal.tenants.map((tenant) => {
      const text = ofText(tenant, null)
      const theirs = value.type === null ? ofTerm(constant(tenant, 'text')) : typed(context, text, value.type)
      // What may be one of several is another's where one of them is: `no` is more than not `yes`. What the column cannot hold is no row's.
      return or(isNull(theirs), compare(context, '=', value, theirs).no)
    })
    const nobodys = reading && setup.nullTenant === 'shared' ? false : isNull(value)
    const there = or(...value.cases.flatMap(({ when, term }) => (term === null ? [] : [when])))
    return or(nobodys, and(there, ...own))
  }
  return judge
}

/** May the session have put rows of its own there, or changed one in what is asked of it? */
function mayChange(relation: Relation, asked: readonly string[], problem: Problem): boolean {
  const writing = problem.knowledge.written(relation)
  if (writing === null) return false
  if (writing.made === null || problem.writing > 0) return true
  return problem.once(`may change ${relation.id}`, () => {
    problem.writing++
    const { rows, lasting } = writing.made!(problem)
    problem.writing--
    return rows.length > 0 && asked.some((name) => !lasting.has(name))
  })
}

/** The same question of a value that is not a column of a table: an output of a view or function. */
export function foreignValue(
  value: Value | undefined,
  setup: Setup,
  principal: Principal,
  reading: boolean,
  problem: Problem,
): Formula {
  const row = {
    name: problem.name('output'),
    relation: null,
    columns: new Map(value ? [['tenant', value]] : []),
    exists: true,
    symbolic: true,
  }
  const asked: Setup = { ...setup, tenants: [{ relation: '', column: 'tenant' }], tenantVia: [] }
  return judgeOf(asked, principal).foreign(row, reading, problem)
}

/** When one of the rows that were read is another tenant's. */
export const foreignReads = (reads: readonly Read[], problem: Problem): Formula =>
  or(
    ...reads.map(({ row, when }) =>
      row === null
        ? and(when, flag('reads what is not known', true))
        : and(when, row.exists, problem.judge.foreign(row, true, problem)),
    ),
  )
