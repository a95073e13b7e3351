import { expect, test } from 'vitest'
import { shown } from './shown'

const reference = { relation: 'public.a', columns: ['x', 'y'], onUpdate: 'no action', match: 'simple' }
const key = {
  column: 'x',
  expression: null,
  opclass: 'text_ops',
  collation: null,
  descending: false,
  nullsFirst: false,
}

test.each([
  ['text stays', 'text stays'],
  [null, 'null'],
  [true, 'true'],
  [[], '[]'],
  [['a', 'b c'], 'a, b c'],
  [{ ...reference, onDelete: 'cascade' }, 'references public.a (x, y) on delete cascade'],
  [{ ...reference, onDelete: 'no action', match: 'full' }, 'references public.a (x, y) match full'],
  [
    [
      { ...key, descending: true, nullsFirst: true },
      { ...key, column: null, expression: 'lower(x)', collation: 'ucs_basic', nullsFirst: true },
    ],
    'x text_ops desc, (lower(x)) collate ucs_basic text_ops nulls first',
  ],
  [{ other: 1 }, '{"other":1}'],
])('%j is shown as %s', (value, text) => {
  expect(shown(value)).toBe(text)
})
