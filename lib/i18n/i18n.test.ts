import { describe, expect, test } from 'vitest'
import { chooseLocale } from './locale'
import { messages, type Words } from './messages'

const keys = (words: Words, prefix = ''): string[] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keys(value, `${prefix}${key}.`),
  )
const values = (words: Words): Record<string, string> =>
  Object.fromEntries(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[key, value]]
        : Object.entries(values(value)).map(([inner, word]) => [`${key}.${inner}`, word]),
    ),
  )
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\s*[,}]/g)].map((m) => m[1]).sort()

describe('words', () => {
  const en = messages('en')
  const pt = messages('pt-BR')

  test('both languages have the same keys', () => {
    expect(keys(pt).sort()).toEqual(keys(en).sort())
  })

  test('no word is empty, and both languages fill in the same facts', () => {
    const other = values(pt)
    for (const [key, word] of Object.entries(values(en))) {
      expect(word.trim(), key).not.toBe('')
      const facts = new Set(placeholders(word))
      for (const each of placeholders(other[key] ?? '')) expect(facts, key).toContain(each)
    }
  })
})

describe('the language of a visitor', () => {
  test('is the cookie, then the browser, then Portuguese', () => {
    expect(chooseLocale('en', 'pt-BR')).toBe('en')
    expect(chooseLocale('xx', 'en-GB,en;q=0.9')).toBe('en')
    expect(chooseLocale(undefined, 'de, pt;q=0.8, en;q=0.9')).toBe('en')
    expect(chooseLocale(undefined, 'pt-PT')).toBe('pt-BR')
    expect(chooseLocale(undefined, 'en;q=0, ja')).toBe('pt-BR')
    expect(chooseLocale(undefined, null)).toBe('pt-BR')
  })
})
