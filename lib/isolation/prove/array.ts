import { and } from './formula'
import { typed } from './operate'
import type { Context } from './problem'
import { ofText, type Element, type Value } from './value'

/** The elements of an array that is written out, comes from a sub-query, or is a constant; null when it is any other. */
export function elementsOf(context: Context, value: Value): readonly Element[] | null {
  if (value.elements) return value.elements
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
