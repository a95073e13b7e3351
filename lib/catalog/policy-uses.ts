import { byRelation, byText, columnsAmong, inOrder, once, type Book } from './book'
import { usesOf, type Uses } from './build-behaviour'
import type { Writable } from './build-relation'
import { join } from './expressions'
import { step } from './reading'
import type { Session } from './session'
import { policyUsesSql, type PolicyUsesRow } from './sql/policies'
import type { Trees } from './trees'
import type { Policy } from './types-relation'

/** A policy whose dependencies are still to be had, with the digests of its two trees. */
export interface Using {
  readonly oid: string
  readonly relation: string
  readonly using: string
  readonly check: string
  readonly policy: Writable<Policy>
}

/**
 * What policies use. Dependencies come from the trees alone, in which a policy's own table has no OID but where a sub-select
 * names it; so they are asked for two tables of each group with equal trees. Where those use the same, but for their own
 * table, no sub-select names either of them, and all of the group do the same.
 */
export class PolicyUses {
  readonly #groups = new Map<string, Using[]>()
  readonly #book: Book
  readonly #trees: Trees
  readonly #shared: boolean

  /** `shared` false asks for every policy by itself. */
  constructor(book: Book, trees: Trees, shared: boolean) {
    this.#book = book
    this.#trees = trees
    this.#shared = shared
  }

  want(using: Using) {
    this.#trees.want(using.using, 'using', using.oid)
    this.#trees.want(using.check, 'with check', using.oid)
    const key = this.#shared ? `${using.using} ${using.check}` : using.oid
    const group = this.#groups.get(key)
    if (group) group.push(using)
    else this.#groups.set(key, [using])
  }

  /** Reads them, when the trees are known; fills `reads` and `calls`, and tells `known` of each policy. */
  async read(session: Session, known: (using: Using) => void): Promise<void> {
    const groups = this.#alike().map((group) => ({ group, asked: twoOf(group) }))
    const lists = await listsOf(
      session,
      groups.flatMap(({ asked }) => asked),
    )
    const alone: Using[] = []
    for (const { group, asked } of groups) {
      const [own = '', ...others] = asked.map((each) => apart(lists.get(each.oid), each.relation))
      if (others.every((other) => other === own)) {
        const usesFor = this.#of(own)
        for (const each of group) give(each, usesFor(each.relation))
      } else alone.push(...group)
    }
    const more = await listsOf(session, alone)
    for (const each of alone) give(each, usesOf(more.get(each.oid), this.#book))
    for (const { group } of groups) group.forEach(known)
  }

  #alike(): Using[][] {
    if (!this.#shared) return [...this.#groups.values()]
    const alike = new Map<string, Using[]>()
    for (const group of this.#groups.values()) {
      const { using, check } = group[0] as Using
      join(alike, `${this.#trees.plain(using)} ${this.#trees.plain(check)}`, group)
    }
    return [...alike.values()]
  }

  /** The uses of a list for one relation after the other; what does not name the table itself is one for all. */
  #of(list: string): (relation: string) => Uses {
    const items = list.split(',')
    const others = usesOf(items.filter((item) => !item.startsWith(self)).join(','), this.#book)
    const numbers = items.filter((item) => item.startsWith(self)).map((item) => Number(item.slice(2)))
    if (numbers.length === 0) return () => others
    const columnsOf = once((names: readonly string[]) => columnsAmong(names, [...numbers]))
    return (relation) => {
      const own = this.#book.relations.get(relation)
      // A table that sub-selects name as well has the columns of both.
      if (!own || others.reads.some((use) => use.relation === own.id))
        return usesOf(list.replaceAll(self, relation), this.#book)
      const use = { relation: own.id, columns: columnsOf(own.columns) }
      return { reads: inOrder([...others.reads, use], byRelation), calls: others.calls }
    }
  }
}

/** Stands for a policy's own table in a list. */
const self = '='

/** The list of a policy with its own table as such, in an order that does not depend on OIDs of that table. */
const apart = (list: string | undefined, relation: string): string =>
  (list ?? '')
    .split(',')
    .map((item) => (item.startsWith(`${relation} `) ? self + item.slice(relation.length) : item))
    .sort(byText)
    .join(',')

/** The first, and the first of another table; where there is none, no other table is told anything. */
function twoOf(group: readonly Using[]): readonly Using[] {
  const first = group[0] as Using
  const other = group.find(({ relation }) => relation !== first.relation)
  return other ? [first, other] : [first]
}

async function listsOf(session: Session, asked: readonly Using[]): Promise<ReadonlyMap<string, string>> {
  const lists = new Map<string, string>()
  if (asked.length === 0) return lists
  const take = ([oid, list]: PolicyUsesRow) => lists.set(oid, list)
  await session.each(step<PolicyUsesRow>('policies', policyUsesSql(asked.map(({ oid }) => oid)), take))
  return lists
}

function give({ policy }: Using, { reads, calls }: Uses) {
  policy.reads = reads
  policy.calls = calls
}
