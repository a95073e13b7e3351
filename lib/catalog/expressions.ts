import { once, type Book } from './book'
import { readCarefully } from './careful'
import { step } from './reading'
import type { Session } from './session'
import { expressionsSql, type TextRow } from './sql/texts'
import type { Trees } from './trees'

/** One expression: the part of a relation that has it, and where its text goes. */
interface Wanted {
  readonly relation: string
  /** As the statement that deparses names it: what, and the number of the part. */
  readonly part: string
  readonly into: object
  readonly field: string
}

/**
 * Expressions whose text is still to be had. The server opens a relation to print one, and remembers it for as long as it
 * is connected; so relations whose parse trees and named columns are alike are printed once. A text that may hold the
 * name of its relation (a sub-select that refers to it, a whole row) is nobody else's.
 */
export class Expressions {
  /** By tree, then by the names of the columns in it. */
  readonly #groups = new Map<string, Map<string, Wanted[]>>()
  readonly #joined = once((names: readonly string[]) => names.join('\0'))
  readonly #short = once((relation: string) =>
    // Longer names may be cut where the server makes an alias of them.
    (this.#book.relations.get(relation)?.name ?? '').slice(0, 15).replaceAll('"', '""'),
  )
  readonly #book: Book
  readonly #trees: Trees
  readonly #shared: boolean

  /** `shared` false prints every one by itself: where names do not come to rest, no text is borrowed. */
  constructor(book: Book, trees: Trees, shared: boolean) {
    this.#book = book
    this.#trees = trees
    this.#shared = shared
  }

  /** `tree` is the parse tree's digest, `names` those of the columns in it, or of all where it is not known which. */
  want<Field extends string>(
    expression: {
      readonly relation: string
      readonly part: string
      readonly tree: string
      readonly names: readonly string[]
    },
    into: { readonly [Each in Field]?: string | null },
    field: Field,
  ) {
    const { relation, part, tree } = expression
    const names = this.#joined(expression.names)
    const wanted = { relation, part, into, field }
    this.#trees.want(tree, part)
    const key = this.#shared ? tree : `${relation} ${part}`
    let groups = this.#groups.get(key)
    if (!groups) this.#groups.set(key, (groups = new Map()))
    const group = groups.get(names)
    if (group) group.push(wanted)
    else groups.set(names, [wanted])
  }

  /** Reads and hands out the texts; returns the relations that were dropped, altered or locked meanwhile. */
  async read(session: Session): Promise<Set<string>> {
    await this.#trees.read(session)
    const groups = this.#alike()
    const lost = new Set<string>()
    const texts = await this.#printed(session, groups.map(firstOf), lost)
    const alone: Wanted[] = []
    for (const group of groups) {
      const first = firstOf(group)
      const text = texts.get(first.part)
      const own = text !== undefined && this.#named(first, text)
      for (const wanted of group) {
        if (text === undefined) lost.add(wanted.relation)
        else if (wanted === first || !(own || this.#named(wanted, text))) give(wanted, text)
        else alone.push(wanted)
      }
    }
    const more = await this.#printed(session, alone, lost)
    for (const wanted of alone) {
      const text = more.get(wanted.part)
      if (text === undefined) lost.add(wanted.relation)
      else give(wanted, text)
    }
    return lost
  }

  /** Groups whose trees and names are alike. */
  #alike(): Wanted[][] {
    const alike = new Map<string, Map<string, Wanted[]>>()
    for (const [tree, groups] of this.#groups) {
      const plain = this.#trees.plain(tree)
      const known = alike.get(plain)
      if (known) for (const [names, group] of groups) join(known, names, group)
      else alike.set(plain, groups)
    }
    return [...alike.values()].flatMap((each) => [...each.values()])
  }

  #named(wanted: Wanted, text: string) {
    return text.includes(this.#short(wanted.relation))
  }

  async #printed(session: Session, wanted: readonly Wanted[], lost: Set<string>) {
    const texts = new Map<string, string>()
    const relations = [...new Set(wanted.map((each) => each.relation))]
    const take = ([what, relation, part, text]: TextRow) => {
      // Null belongs to an object that was dropped meanwhile.
      if (text === null) lost.add(relation)
      else texts.set(`${what} ${part}`, text)
    }
    const moved = await readCarefully(
      session,
      (among) => step('expressions', expressionsSql(among), take),
      relations,
    )
    for (const relation of moved) lost.add(relation)
    return texts
  }
}

/** Puts a list to those under a key. */
export function join<Item>(lists: Map<string, Item[]>, key: string, list: Item[]) {
  const known = lists.get(key)
  if (known) for (const item of list) known.push(item)
  else lists.set(key, list)
}

const firstOf = (group: readonly Wanted[]) => group[0] as Wanted

function give({ into, field }: Wanted, text: string) {
  ;(into as Record<string, string>)[field] = text
}
