import { expect, test } from 'vitest'
import { canaries, canary } from './values'

test('a canary is found whole, and none in another', () => {
  const all = Array.from({ length: 3_000 }, (_, n) => canary(n))
  expect(all.map((each) => `invalid input: "abc${each}z"`.match(canaries))).toEqual(all.map((each) => [each]))
  const joined = all.toSorted()
  expect(joined.some((each, at) => joined[at + 1]?.startsWith(each))).toBe(false)
})
