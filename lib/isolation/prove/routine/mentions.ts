import { isVeiled, readings } from '@/lib/sql/source-text'
import { emptiesAlong } from '../change/emptied'
import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import type { Snapshot } from '@/lib/catalog/types'

/** What the body of a routine, and of those it names, may have to do with. */
interface Mentions {
  readonly reached: ReadonlySet<Routine>
  /** Names that statements which change rows give their table. */
  readonly targets: ReadonlySet<string>
  /** It makes up statements, or its body cannot be read. */
  readonly open: boolean
}

/** What a body says itself. */
interface Own extends Omit<Mentions, 'reached'> {
  /** It makes up statements that change nothing themselves: PostgreSQL lets a function that is not VOLATILE run no others. */
  readonly picks: boolean
  /** Names before a parenthesis. */
  readonly calls: ReadonlySet<string>
  /** Names after a dot: `row.f` calls f(row). */
  readonly fields: ReadonlySet<string>
}

const found = new WeakMap<readonly Routine[], Map<Routine, Mentions>>()

const name = String.raw`(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`
const target = String.raw`(?:only\b\s*)?\(?\s*${name}(?:\s*\.\s*${name})*`
/** Where a statement says which table it changes; `for update of` and the like name more than that. */
const changed = new RegExp(
  String.raw`\b(?:insert\s+into|merge\s+into|delete\s+from|update|truncate(?:\s+table)?|copy)\s+(${target}(?:\s*\*?\s*,\s*${target})*)`,
  'giu',
)
const lastName = new RegExp(String.raw`(${name})\s*$`, 'iu')

function targetsOf(body: string): ReadonlySet<string> {
  const lists = readings(body).flatMap((text) => [...text.matchAll(changed)].map(([, list = '']) => list))
  return folded(lists.flatMap((list) => list.split(',').map((each) => lastName.exec(each)?.[1] ?? '')))
}

const folded = (names: readonly string[]): ReadonlySet<string> =>
  new Set(
    names.map((each) =>
      each
        .replace(/^"(.*)"$/, '$1')
        .replaceAll('""', '"')
        .toLowerCase(),
    ),
  )

const call = new RegExp(String.raw`(${name})\s*\(`, 'giu')
const field = new RegExp(String.raw`\.\s*(${name})`, 'giu')
const named = (pattern: RegExp, body: string) =>
  folded(readings(body).flatMap((text) => [...text.matchAll(pattern)].map(([, each = '']) => each)))

/** Takes it one argument that is a row? Then it is called like a column, too. */
export const takesRow = ({ arguments: list }: Routine) => !list.includes(',') && /\.|\brecord\b/.test(list)

/** The words of a text, in lower case. */
export const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? [])

/** Itself and all that its body, and theirs, may call. */
export const calledBy = (routine: Routine, all: readonly Routine[]): readonly Routine[] => [
  ...mentionsOf(routine, all).reached,
]

/**
 * Does its body, or that of a routine it calls, have a statement that may change rows of this relation, by its own name,
 * a parent's or a view's, or make up its statements?
 */
export function mayChange(routine: Routine, relation: Relation, snapshot: Snapshot): boolean {
  const { targets, open } = mentionsOf(routine, snapshot.routines)
  if (open) return true
  if (targets.size === 0) return false
  return [...namesOf(relation, snapshot)].some((each) => targets.has(each))
}

/** Does its body, or that of a routine it calls, have any statement that may change rows? */
export function writes(routine: Routine, all: readonly Routine[]): boolean {
  const { targets, open } = mentionsOf(routine, all)
  return open || targets.size > 0
}

/** The routines whose names stand before a parenthesis in one of these texts. */
export function namedIn(texts: readonly string[], all: readonly Routine[]): readonly Routine[] {
  const words = new Set(texts.flatMap((text) => [...named(call, text)]))
  return all.filter(({ name: word }) => words.has(word.toLowerCase()))
}

/** Has a text a word that is one of those names? */
export function namesIn(text: string, relation: Relation, snapshot: Snapshot): boolean {
  const words = wordsOf(text)
  return [...namesOf(relation, snapshot)].some((name) => [...wordsOf(name)].every((word) => words.has(word)))
}

const namesFound = new WeakMap<Relation, ReadonlySet<string>>()

/**
 * Names by which a statement reaches rows of a relation: its parents', its heirs' and those of views over any of them, too; where
 * tables are emptied with those that they are referred to by, also these.
 */
export function namesOf(relation: Relation, snapshot: Snapshot): ReadonlySet<string> {
  const known = namesFound.get(relation)
  if (known) return known
  const reached = new Set<string>([relation.id])
  const along = emptiesAlong(snapshot)
  for (const id of reached) {
    for (const each of snapshot.relations) {
      const over =
        each.kind === 'view' &&
        (each.reads.some((use) => use.relation === id) || each.triggers.length > 0 || each.rules.length > 0)
      if (over || each.parents.includes(id as Relation['id'])) reached.add(each.id)
      if (each.id === id) each.parents.forEach((parent) => reached.add(parent))
      if (each.id === id && along)
        each.constraints.forEach(({ references: to }) => to && reached.add(to.relation))
    }
  }
  const names = new Set(
    snapshot.relations.filter(({ id }) => reached.has(id)).map((each) => each.name.toLowerCase()),
  )
  namesFound.set(relation, names)
  return names
}

/** Does it, or one it calls, make up its statements, so that nobody can say which? */
export const makesUp = (routine: Routine, all: readonly Routine[]): boolean => mentionsOf(routine, all).open

function mentionsOf(routine: Routine, all: readonly Routine[]): Mentions {
  let known = found.get(all)
  if (!known) found.set(all, (known = everything(all)))
  return known.get(routine) ?? { reached: new Set([routine]), targets: new Set(), open: true }
}

function everything(all: readonly Routine[]): Map<Routine, Mentions> {
  const own = new Map(all.map((each) => [each, ownMentions(each)]))
  const volatile = all.filter((each) => each.volatility === 'volatile' && !/\btrigger$/.test(each.returns))
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
        const { calls, fields, picks } = own.get(each)!
        if (picks) volatile.forEach((one) => reached.add(one))
        for (const word of calls) byWord.get(word)?.forEach((one) => reached.add(one))
        for (const word of fields)
          byWord.get(word)?.forEach((one) => {
            if (takesRow(one)) reached.add(one)
          })
      }
      const parts = [...reached].map((each) => own.get(each)!)
      return [
        routine,
        {
          reached,
          targets: new Set(parts.flatMap((each) => [...each.targets])),
          open: parts.some((each) => each.open),
        },
      ]
    }),
  )
}

function ownMentions({ body, language, extension, volatility }: Routine): Own {
  if (body === null) {
    const open = language !== 'internal' && extension === null
    return { calls: new Set(), fields: new Set(), targets: new Set(), open, picks: false }
  }
  const known = ['sql', 'plpgsql'].includes(language)
  const makesUp = language !== 'sql' && /\bexecute\b/i.test(body)
  const changes = volatility === 'volatile'
  return {
    calls: named(call, body),
    fields: named(field, body),
    targets: changes || !known ? targetsOf(body) : new Set(),
    open: !known || isVeiled(body) || (makesUp && changes),
    picks: known && makesUp && !changes,
  }
}
