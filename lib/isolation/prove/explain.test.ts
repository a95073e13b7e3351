import { expect, test } from 'vitest'
import { first } from './explain'

const reasons = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    en: `f${at} is not understood.`,
    pt: `f${at} não é entendida.`,
  }))

test('of many reasons the first are said, and how many more there are', () => {
  expect(first(reasons(3))).toHaveLength(3)
  expect(first(reasons(5))).toHaveLength(5)
  const said = first(reasons(40))
  expect(said).toHaveLength(5)
  expect(said.at(-1)).toEqual({
    en: '36 more things on the way there were left open.',
    pt: 'Outros 36 pontos do caminho ficaram em aberto.',
  })
})
