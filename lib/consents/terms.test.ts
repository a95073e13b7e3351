import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffWords } from './terms'

test('a changed word is what is seen', () => {
  expect(diffWords('kept for five years here', 'kept for ten years here')).toEqual([
    { kind: 'same', text: 'kept for ' },
    { kind: 'out', text: 'five ' },
    { kind: 'in', text: 'ten ' },
    { kind: 'same', text: 'years here' },
  ])
})

test('both texts are read off the pieces again', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd\n'), { maxLength: 20 }).map((all) => all.join(' '))
  fc.assert(
    fc.property(words, words, (before, after) => {
      const pieces = diffWords(before, after)
      const read = (leave: string) =>
        pieces
          .filter(({ kind }) => kind !== leave)
          .map(({ text }) => text)
          .join('')
      expect([read('in'), read('out')]).toEqual([before, after])
    }),
  )
})
