import { lookAt, type Element, type Value } from '../logic/value'
import type { Context } from '../problem'
import { ofOneType } from './one-type'

/** `array[...]`, the elements of lists in it being its own. */
export const listOf = (items: readonly Value[], context: Context): Value => {
  const alike = ofOneType(context, items)
  const all = (of: (item: Value) => readonly Element[]) =>
    alike.flatMap((item) => (item.elements ? of(item) : [{ when: true, value: item }]))
  return {
    type: null,
    cases: [{ when: true, term: context.problem.free('list', null) }],
    elements: all((item) => item.elements!),
    again: alike.some((item) => item.again)
      ? (by: string | null) => all((item) => lookAt(item, by))
      : undefined,
  }
}
