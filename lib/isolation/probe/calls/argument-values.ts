import type { Routine } from '@/lib/catalog/types-object'
import { literal } from '@/lib/clone/spelling'
import { withoutTexts } from '@/lib/sql/source-text'
import { usesOf, type Use } from './argument-use'
import { documents } from './call-documents'
import { rowArguments, rowTexts, tablesFor } from './call-values'
import { composed } from './composed'
import { regexText } from '../schema/patterns'
import { pathsFor } from './paths'
import type { Raid } from '../observe/raid'
import { impersonations, injections, isDynamic, settingsFor, whole } from './texts'
import { categoryOf, looksLike, nth } from '../schema/values'

/** Values written out, most telling first, and which of them is the caller's own. */
export interface Choice {
  readonly values: string[]
  readonly own: number
}

const unused: Use = { columns: new Set(), spelled: null }

/** Values that the argument at this place may be given. */
export function argumentsFor(raid: Raid, routine: Routine, type: string, at: number): Choice {
  const { scope, domains } = raid
  const { principal } = raid.identity
  const use = usesOf(routine)[at] ?? unused
  const others = scope.tenants.filter((each) => !principal.tenants.includes(each))
  const element = type.endsWith('[]') ? type.slice(0, -2) : type
  const fits = (values: readonly string[]) => values.filter((value) => looksLike(value, element))
  const ids = rowTexts(raid, routine, element, use.columns)
  const chosen = (values: readonly string[]): Choice => ({
    values: [...new Set([...values.map((value) => `${literal(value)}::${type}`), `null::${type}`])],
    own: Math.max(
      0,
      values.findIndex((value) => ids.own.includes(value) || ids.own.includes(value.slice(1, -1))),
    ),
  })
  const said = raid.before.flatMap(({ sql }) =>
    [...sql.matchAll(/'((?:[^']|'')*)'/g)].map(([, inner = '']) => inner.replaceAll("''", "'")),
  )
  const strangers = fits(others).slice(0, 2)
  const isKey = use.columns.size > 0 && ![...use.columns].some((name) => isTenant(raid, routine, name))
  const made = [...(domains.mined.given.get(routine.id) ?? [])]
  const scalars = [
    ...fits(said).slice(-6),
    ...(categoryOf(element) === 'text' ? made : []),
    ...(isKey ? ids.foreign.slice(0, 4) : strangers),
    ...(isKey ? strangers : ids.foreign),
    ...ids.foreign,
    ...fits(principal.tenants).slice(0, 1),
    ...ids.own.slice(0, 2),
    ...fits(domains.people),
  ]
  if (type.endsWith('[]')) {
    const asked = categoryOf(element) === 'text' ? matching(routine) : []
    const listed = [...asked, ...scalars]
    const list = (values: readonly string[]) =>
      `{${[...new Set(values)].map((each) => JSON.stringify(each)).join(',')}}`
    const pair = ids.own[0] && ids.foreign[0] ? [[ids.own[0], ids.foreign[0]]] : []
    return chosen(
      [
        listed,
        ...ids.foreign.slice(0, 2).map((each) => [each]),
        ...pair,
        ...listed.slice(0, 4).map((each) => [each]),
        ...ids.own.slice(0, 1).map((each) => [each]),
        [],
      ].map(list),
    )
  }
  const relation = scope.relations.get(type)
  if (relation) return { values: rowArguments(raid, relation), own: 0 }
  const category = categoryOf(type)
  if (category === 'text' && (use.spelled === 'relation' || use.spelled === 'column'))
    return chosen(use.spelled === 'relation' ? relationsAsked(raid, routine) : columnsAsked(raid, routine))
  const isPart = category === 'text' && use.spelled !== 'value'
  const values = new Set<string>(
    isPart
      ? [
          ...pathsFor(scope.snapshot, routine),
          ...settingsFor(raid, routine, fits(others)),
          ...whole(raid, routine),
          ...impersonations(raid, routine),
          ...injections(routine),
          ...scalars,
        ]
      : scalars,
  )
  if (category === 'text')
    for (const value of [
      ...composed(raid, routine),
      '%',
      '',
      ...matching(routine),
      ...literalsOf(routine).slice(0, 6),
      'a',
      'shared-one',
      ...[...scope.tables.keys()].slice(0, 2),
    ])
      values.add(value)
  if (category === 'text') for (const value of numbersOf(routine).slice(0, 3)) values.add(value)
  if (category === 'integer' || category === 'number')
    for (const value of ['0', '1', '100', '-1', ...numbersOf(routine).slice(0, 6)])
      if (looksLike(value, type)) values.add(value)
  if (category === 'boolean') for (const value of ['true', 'false']) values.add(value)
  if (category === 'date' || category === 'timestamp')
    for (const value of ['2001-01-01', '2099-01-01', '2031-01-01']) values.add(value)
  if (category === 'json') for (const value of documents(raid, routine, others)) values.add(value)
  for (const value of scope.snapshot.enums.find(({ id }) => id === type)?.values ?? []) values.add(value)
  if (/^reg(class|type)|^name$/.test(type)) for (const id of scope.tables.keys()) values.add(id)
  if (category === 'interval') for (const value of ['1000 years', '0', '-1000 years']) values.add(value)
  if (category === 'range' && type.includes('ts')) values.add('[2000-01-01,2100-01-01)')
  if (values.size === 0) {
    const one = nth(type, 1)
    if (one !== null) values.add(one)
  }
  const first = [...values].slice(0, isDynamic(routine) ? 24 : category === 'json' ? 20 : 16)
  if (category === 'text' && !first.includes('')) first.push('')
  return chosen(first)
}

const isTenant = ({ scope, domains }: Raid, routine: Routine, column: string) =>
  tablesFor(scope, routine).some(({ relation }) => domains.isTenant(relation, column))

const literalsOf = ({ body }: Routine): string[] =>
  [...(body ?? '').matchAll(/'((?:[^']|'')*)'/g)].map(([, inner = '']) => inner.replaceAll("''", "'"))

/** Numbers that stand in a body, those with a fraction first. */
const numbersOf = ({ body }: Routine): string[] =>
  [...new Set(withoutTexts(body ?? '').match(/(?<![\w.$])\d+(?:\.\d+)?(?![\w.])/g))].sort(
    (a, b) => Number(b.includes('.')) - Number(a.includes('.')),
  )

/** Texts in the form that a body asks of what it is given: `code ~ '^G-[0-9]+$'`. */
const matching = ({ body }: Routine): string[] =>
  [...(body ?? '').matchAll(/~\*?\s*E?'((?:[^']|'')*)'/g)].flatMap(
    ([, pattern = '']) => regexText(pattern, 3) ?? [],
  )

/**
 * Names of tables and of their schemas, for a statement that is told which one it is about: what completes a name that the
 * body begins or ends (`'t_' || which`), then those that it allows.
 */
function relationsAsked({ scope }: Raid, routine: Routine): string[] {
  const literals = literalsOf(routine)
  const tables = [...scope.tables.values()].flatMap(({ relation, tenancy }) => (tenancy ? [relation] : []))
  const named = tables.filter(({ name }) => literals.includes(name))
  const names = [...named, ...tables.filter((each) => !named.includes(each))].map(({ name }) => name)
  const schemas = [...new Set(tables.map(({ schema }) => schema))]
  const parts = literals.flatMap((each) => each.split(/%[sI]/)).filter((part) => part !== '')
  const rest = [...schemas, ...names].flatMap((name) =>
    parts.flatMap((part) => [
      ...(name.startsWith(part) ? [name.slice(part.length)] : []),
      ...(name.endsWith(part) ? [name.slice(0, -part.length)] : []),
    ]),
  )
  const completing = [...new Set(rest)].filter((each) => each !== '').slice(0, 8)
  return [...completing, ...names.slice(0, 6), ...schemas.slice(0, 6)]
}

/** Names of columns: those that hold the tenant first. */
const columnsAsked = ({ scope, domains }: Raid, routine: Routine): string[] =>
  tablesFor(scope, routine)
    .flatMap(({ relation }) =>
      relation.columns.map(({ name }) => ({ name, isTenant: domains.isTenant(relation, name) })),
    )
    .sort((a, b) => Number(b.isTenant) - Number(a.isTenant))
    .slice(0, 16)
    .map(({ name }) => name)
