import type { Relation, Routine } from '@/lib/catalog/types'

/** What the body of a routine, and of those it names, may have to do with. */
interface Mentions {
  readonly reached: ReadonlySet<Routine>
  readonly words: ReadonlySet<string>
  /** It makes up statements, or its body cannot be read. */
  readonly open: boolean
  readonly changes: boolean
}

const found = new WeakMap<readonly Routine[], Map<Routine, Mentions>>()
const changing = /\b(insert|update|delete|merge|truncate|execute|copy)\b/i

/** The words of a text, in lower case. */
export const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? [])

/** Does its body, or that of a routine it calls, name this relation, or make up its statements? */
export function mayTouch(routine: Routine, relation: Relation, all: readonly Routine[]): boolean {
  const { words, open } = mentionsOf(routine, all)
  return open || nameWords(relation).every((word) => words.has(word))
}

/** Itself and all that its body, and theirs, may call. */
export const calledBy = (routine: Routine, all: readonly Routine[]): readonly Routine[] => [
  ...mentionsOf(routine, all).reached,
]

/** The same of one that has a statement that changes rows. */
export function mayChange(routine: Routine, relation: Relation, all: readonly Routine[]): boolean {
  return mayTouch(routine, relation, all) && mentionsOf(routine, all).changes
}

const named = new WeakMap<Relation, readonly string[]>()

function nameWords(relation: Relation): readonly string[] {
  let known = named.get(relation)
  if (!known) named.set(relation, (known = [...wordsOf(relation.name)]))
  return known
}

function mentionsOf(routine: Routine, all: readonly Routine[]): Mentions {
  let known = found.get(all)
  if (!known) found.set(all, (known = everything(all)))
  return known.get(routine) ?? { reached: new Set([routine]), words: new Set(), open: true, changes: true }
}

function everything(all: readonly Routine[]): Map<Routine, Mentions> {
  const own = new Map(all.map((each) => [each, ownMentions(each)]))
  const byWord = new Map<string, Routine[]>()
  for (const each of all) {
    if (each.body === null) continue
    const word = each.name.toLowerCase()
    byWord.set(word, [...(byWord.get(word) ?? []), each])
  }
  return new Map(
    all.map((routine) => {
      const reached = new Set([routine])
      for (const each of reached) {
        for (const word of own.get(each)!.words) byWord.get(word)?.forEach((one) => reached.add(one))
      }
      const parts = [...reached].map((each) => own.get(each)!)
      return [
        routine,
        {
          reached,
          words: new Set(parts.flatMap((each) => [...each.words])),
          open: parts.some((each) => each.open),
          changes: parts.some((each) => each.changes),
        },
      ]
    }),
  )
}

function ownMentions({ body, language, extension }: Routine): Omit<Mentions, 'reached'> {
  if (body === null) {
    const open = language !== 'internal' && extension === null
    return { words: new Set(), open, changes: open }
  }
  const open = language !== 'sql' && /\bexecute\b/i.test(body)
  return { words: wordsOf(body), open, changes: changing.test(body) }
}
