import type { Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import { jsonKeysOf } from './json-keys'
import { escaped, Mentions, word } from './mentions'
import { ownRoutines } from './scope'
import { categoryOf } from './values'

/** What conditions of a schema compare with, so that rows can be made that meet them and rows that do not. */
export interface Mined {
  /** Literals by `relation column`, nearest in the text to the column's name. */
  readonly near: ReadonlyMap<string, ReadonlySet<string>>
  /** Columns that any condition, function or view mentions: by relation. */
  readonly interesting: ReadonlyMap<string, ReadonlySet<string>>
  /** Every literal of every condition and function. */
  readonly literals: ReadonlySet<string>
  /** Names that are taken out of JSON: `->> 'clinic_id'`. */
  readonly jsonKeys: ReadonlySet<string>
  /** Custom settings that anything asks for. */
  readonly settings: ReadonlySet<string>
  /** By function: texts of which a row holds what the body makes of them. */
  readonly given: ReadonlyMap<string, ReadonlySet<string>>
}

/** Texts of conditions that decide about rows of a relation, its checks among them. */
export function conditionsOf(relation: Relation): string[] {
  return [
    ...relation.policies.flatMap((each) => [each.using, each.check]),
    ...relation.constraints.map((each) => each.expression),
    ...relation.triggers.map((each) => each.when),
    ...relation.rules.map((each) => each.definition),
    ...relation.indexes.map((each) => each.predicate),
    ...relation.columns.map((each) => (each.generated ? each.default : null)),
    relation.definition,
  ].filter((each): each is string => each !== null)
}

const quoted = /'((?:[^']|'')*)'/g
const unquote = (text: string) => text.replaceAll("''", "'")

export function mine(snapshot: Snapshot): Mined {
  const near = new Map<string, Set<string>>()
  const interesting = new Map<string, Set<string>>()
  const literals = new Set<string>()
  const jsonKeys = new Set<string>()
  const settings = new Set<string>()
  const routines = ownRoutines(snapshot).map((each) => each.body ?? '')
  const triggers = snapshot.routines.filter((each) => each.returns.endsWith('trigger'))
  const judging = new Set(
    ownRoutines(snapshot).flatMap(({ returns, body }) => (returns === 'boolean' ? [body ?? ''] : [])),
  )
  const shared = [...routines, ...triggers.map((each) => each.body ?? '')]
  const views = snapshot.relations.flatMap((each) => (each.definition === null ? [] : [each.definition]))
  const byId = new Map(snapshot.relations.map((each) => [each.id as string, each]))
  // Rows of an heir are read by the name of what it inherits from, and by its policies.
  const above = (relation: Relation): string[] =>
    relation.isPartition
      ? []
      : relation.parents.flatMap((id) => {
          const parent = byId.get(id)
          return parent ? [...conditionsOf(parent), ...above(parent)] : []
        })
  const conditions = snapshot.relations.map(
    (relation) => [relation, [...conditionsOf(relation), ...above(relation)]] as const,
  )
  const policies = conditions.flatMap(([, texts]) => texts)

  for (const text of [...shared, ...policies]) {
    for (const key of jsonKeysOf(text)) jsonKeys.add(key)
    for (const [, name] of text.matchAll(/current_setting\(\s*'([^']+)'/g)) settings.add(name ?? '')
    for (const [, value] of text.matchAll(quoted)) literals.add(unquote(value ?? ''))
  }
  const everywhere = [...shared, ...views, ...policies].join('\n')
  const mentioned = new Set(everywhere.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [])
  const bodies = new Map<string, string>(
    snapshot.routines.flatMap(({ id, body }) => (body === null ? [] : [[id as string, body]])),
  )
  const mentions = new Mentions([...shared, ...views, ...policies])
  const throughViews = upperTexts(snapshot, new Mentions(shared))
  for (const [relation, texts] of conditions) {
    const parts = snapshot.relations.filter((each) => each.isPartition && each.parents.includes(relation.id))
    const fired = [relation, ...parts].flatMap(({ triggers: all }) =>
      all.flatMap(({ routine }) => bodies.get(routine) ?? []),
    )
    const about = [...texts, ...fired, ...mentions.of(relation.name), ...throughViews(relation)]
    const columns = relation.columns.filter(({ name }) => mentioned.has(name)).map(({ name }) => name)
    const checks = new Set(relation.constraints.map((each) => each.expression))
    const hot = new Set<string>()
    interesting.set(relation.id, hot)
    const tokens = tokensOf(columns)
    for (const text of new Set(about)) {
      const decides = checks.has(text) ? '' : judging.has(text) ? text : deciding(text)
      for (const column of columns) if (word(column).test(decides)) hot.add(column)
      nearest(text, tokens, (column, value) => {
        const key = `${relation.id} ${column}`
        const set = near.get(key) ?? new Set()
        near.set(key, set.add(value))
      })
    }
    // `case kind when 'post' then … when 'page' then …`: a literal may stand nearer to another column than to its own.
    const written = relation.policies.flatMap(({ using, check }) => [using ?? '', check ?? ''])
    for (const { name, baseType } of relation.columns)
      if (hot.has(name) && categoryOf(baseType) === 'text')
        for (const [, value = ''] of written.join('\n').matchAll(quoted))
          near.set(
            `${relation.id} ${name}`,
            (near.get(`${relation.id} ${name}`) ?? new Set()).add(unquote(value)),
          )
  }
  throughKeys(snapshot, near, interesting)
  givenToFunctions(snapshot, [...shared, ...views, ...policies], interesting, (key, value) =>
    near.set(key, (near.get(key) ?? new Set()).add(value)),
  )
  for (const relation of snapshot.relations) {
    const { partitionKey } = relation
    if (partitionKey === null) continue
    const key = relation.columns.filter(({ name }) => word(name).test(partitionKey))
    const parts = snapshot.relations.filter((each) => each.isPartition && each.parents.includes(relation.id))
    for (const { name } of key) {
      interesting.get(relation.id)?.add(name)
      for (const { partitionBound } of parts)
        nearest(`${name} ${partitionBound ?? ''}`, tokensOf([name]), (_, value) => {
          const at = `${relation.id} ${name}`
          near.set(at, (near.get(at) ?? new Set()).add(value))
        })
    }
  }
  return { near, interesting, literals, jsonKeys, settings, given: new Map() }
}

/** What a column is compared with is asked of the key that it points to as well. */
function throughKeys(
  snapshot: Snapshot,
  near: Map<string, Set<string>>,
  interesting: ReadonlyMap<string, Set<string>>,
) {
  for (const relation of snapshot.relations)
    for (const { columns, references } of relation.constraints)
      if (references)
        columns.forEach((column, at) => {
          const target = `${references.relation} ${references.columns[at] ?? ''}`
          const values = near.get(`${relation.id} ${column}`)
          if (!values || !interesting.get(relation.id)?.has(column)) return
          near.set(target, new Set([...(near.get(target) ?? []), ...values]))
          interesting.get(references.relation)?.add(references.columns[at] ?? '')
        })
}

/** `may('write')`: a text that a condition gives to a function decides about the columns that its body looks at. */
function givenToFunctions(
  snapshot: Snapshot,
  texts: readonly string[],
  interesting: ReadonlyMap<string, ReadonlySet<string>>,
  tell: (key: string, value: string) => void,
) {
  const bodies = new Map(ownRoutines(snapshot).map(({ name, body }) => [name, body ?? '']))
  const given = new Map<string, Set<string>>()
  for (const text of new Set(texts))
    for (const [, name = '', list = ''] of text.matchAll(/([\p{L}_][\p{L}\p{N}_$]*)\(([^()]*'[^()]*)\)/gu))
      if (bodies.has(name))
        for (const [, value] of list.matchAll(quoted))
          given.set(name, (given.get(name) ?? new Set()).add(unquote(value ?? '')))
  if (given.size === 0) return
  for (const relation of snapshot.relations)
    for (const [name, values] of given) {
      const body = bodies.get(name) ?? ''
      if (!word(relation.name).test(body)) continue
      for (const column of interesting.get(relation.id) ?? [])
        if (word(column).test(body)) for (const value of values) tell(`${relation.id} ${column}`, value)
    }
}

/** What views and functions ask of a table that they read through views. */
function upperTexts({ relations }: Snapshot, bodies: Mentions): (relation: Relation) => readonly string[] {
  const readers = new Map<string, Relation[]>()
  for (const view of relations)
    if (view.definition !== null)
      for (const { relation: id } of view.reads) readers.set(id, [...(readers.get(id) ?? []), view])
  return ({ id }) => {
    const found = new Set(readers.get(id))
    for (const view of found) for (const upper of readers.get(view.id) ?? []) found.add(upper)
    return [...found].flatMap(({ name, definition }) => [definition ?? '', ...bodies.of(name)])
  }
}

/** Of a query what stands after its first WHERE or JOIN, and what rows are told apart or put in order by: what it merely shows decides nothing. */
function deciding(text: string): string {
  if (!/^\s*(select|with)\b/i.test(text)) return text
  const at = text.search(/\b(where|join)\b/i)
  const grouped = [...text.matchAll(/\b(?:distinct on|partition by|order by)\s*\(?([^()]*)/gi)].map(
    ([, list]) => list,
  )
  return [...grouped, at < 0 ? '' : text.slice(at)].join(' ')
}

/** Columns, literals and numbers of a text; none where there is no column to tell them with. */
const tokensOf = (columns: readonly string[]) =>
  columns.length === 0
    ? null
    : new RegExp(
        `(?<![\\p{L}\\p{N}_$'])(${columns.map(escaped).join('|')})(?![\\p{L}\\p{N}_$'])|'((?:[^']|'')*)'|(?<![\\w.'$])(\\d+(?:\\.\\d+)?)(?![\\w'])`,
        'gu',
      )

/** Tells each literal and number with the column that stands before it, else with the first after it. */
function nearest(text: string, tokens: RegExp | null, tell: (column: string, value: string) => void) {
  if (tokens === null) return
  let current: string | null = null
  const early: string[] = []
  for (const [, column, literal, number] of text.matchAll(tokens)) {
    if (column !== undefined) {
      for (const value of early.splice(0)) tell(column, value)
      current = column
      continue
    }
    const value = literal === undefined ? (number ?? '') : unquote(literal)
    if (current === null) early.push(value)
    else tell(current, value)
  }
}
