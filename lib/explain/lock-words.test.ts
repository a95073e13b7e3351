import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockText } from './lock-words'

const folder = join(import.meta.dirname, '../rules')
const notes = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .flatMap((name) => [
    ...readFileSync(join(folder, name), 'utf8').matchAll(
      /'((?:ACCESS|SHARE|ROW) (?:EXCLUSIVE|UPDATE|ROW|SHARE|on)\b[^'\n]*)'/g,
    ),
  ])
  .map(([, note = '']) => note)

test('every note about a lock that a rule writes is said in Portuguese too', () => {
  expect(notes.length).toBeGreaterThan(25)
  const left = notes
    .map((note) => lockText(note).pt)
    .filter((pt) =>
      /\b(the|for|while|reads?|writes?|waits?|on|is|and|then|inside|not|its|table|index|key)\b/.test(pt),
    )
  expect(left).toEqual([])
})

test('names of lock modes stay, and nothing stays nothing', () => {
  expect(lockText('SHARE ROW EXCLUSIVE for a moment: writes wait, reads go on').pt).toBe(
    'SHARE ROW EXCLUSIVE por um momento: escritas esperam, leituras continuam',
  )
  expect(lockText('')).toEqual({ en: '', pt: '' })
})
