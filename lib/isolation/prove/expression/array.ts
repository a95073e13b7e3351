import { and, not, or, type Formula } from '../logic/formula'
import { notDistinct, typed } from './operate'
import type { Context } from '../problem'
import { family, variable } from '../logic/term'
import {
  choose,
  isNull,
  lookAt,
  mapped,
  nullOf,
  ofTerm,
  ofText,
  type Element,
  type Value,
} from '../logic/value'

/** The elements of an array that is written out, comes from a sub-query, or is a constant; null when it is any other; `by` is what is looked for. */
export function elementsOf(
  context: Context,
  value: Value,
  by: string | null = null,
): readonly Element[] | null {
  if (value.elements) return lookAt(value, by)
  const elements: Element[] = []
  for (const { when, term } of value.cases) {
    if (term === null) continue
    if (term.kind !== 'constant') return null
    const texts = parseArray(term.text)
    if (!texts) return null
    const type = value.type?.endsWith('[]') ? value.type.slice(0, -2) : null
    for (const text of texts) {
      const untyped = ofText(text, null)
      elements.push({ when, value: type === null ? untyped : typed(context, untyped, type) })
    }
  }
  return elements.map((each) => ({ ...each, when: and(each.when) }))
}

/** `array_position(list, value)` in a list whose elements are known and all there. */
export function placeOf(context: Context, list: Value, value: Value): Value | null {
  const elements = elementsOf(context, list)
  if (!elements || list.cases.some(({ term }) => term === null)) return null
  if (!elements.every(({ when }) => when === true)) return null
  const options: { when: Formula; value: Value }[] = []
  let before: Formula = true
  elements.forEach((each, at) => {
    const same = notDistinct(context, each.value, value)
    options.push({ when: and(before, same), value: ofText(String(at + 1), 'integer') })
    before = and(before, not(same))
  })
  return choose([...options, { when: before, value: nullOf('integer') }])
}

/** `cardinality(list)` of a list whose elements are known: none there is 0, and any other number where one is. */
export function sizeOf(context: Context, list: Value): Value {
  const some = or(...lookAt(list, 'its size').map(({ when }) => when))
  const absent = isNull(list)
  return choose([
    { when: absent, value: nullOf('integer') },
    { when: and(not(absent), some), value: ofTerm(variable(context.problem.name('size'), 'integer')) },
    { when: and(not(absent), not(some)), value: ofText('0', 'integer') },
  ])
}

/** What `list || value`, `array_append` and `array_prepend` add to a list: NULL as well. Null where it may itself be a list. */
export const single = (value: Value): Element | null =>
  !value.elements && ['uuid', 'int', 'text'].includes(family(value.type) ?? '') ? { when: true, value } : null

/** `array_remove(list, value)` of a list whose elements are known, which finds NULL too. */
export function without(context: Context, list: Value, value: Value): Value {
  const absent = isNull(list)
  return {
    type: list.type,
    cases: [
      { when: absent, term: null },
      { when: not(absent), term: context.problem.free('list', null) },
    ],
    ...mapped(list, (elements) =>
      elements.map((each) => ({
        ...each,
        when: and(each.when, not(notDistinct(context, each.value, value))),
      })),
    ),
  }
}

/** The elements of an array that may be NULL, and then has none. */
export const presentIn = (value: Value, elements: readonly Element[]): readonly Element[] =>
  elements.map((each) => ({ ...each, when: and(not(isNull(value)), each.when) }))

/** A one-dimensional array as PostgreSQL prints it; null for anything else. */
export function parseArray(text: string): readonly (string | null)[] | null {
  const [, inner] = /^\{([\s\S]*)\}$/.exec(text.trim()) ?? []
  if (inner === undefined) return null
  if (inner.trim() === '') return []
  const found: (string | null)[] = []
  const pattern = /\s*(?:"((?:[^"\\]|\\[\s\S])*)"|([^",{}\\]*))\s*(,|$)/y
  for (;;) {
    const part = pattern.exec(inner)
    if (!part) return null
    const [, quoted, bare, end] = part
    if (quoted !== undefined) found.push(quoted.replaceAll(/\\([\s\S])/g, '$1'))
    else found.push(/^null$/i.test(bare?.trim() ?? '') ? null : (bare?.trim() ?? ''))
    if (end !== ',') return pattern.lastIndex >= inner.length ? found : null
  }
}
