import { expect, test } from 'vitest'
import { navPages } from '@/app/(admin)/nav'
import { messages, type Words } from '@/lib/i18n/messages'

test('each page has an address and a letter of its own', () => {
  const letters = navPages.map(({ key }) => key)
  expect(letters.filter((letter, at) => letters.indexOf(letter) !== at)).toEqual([])
  expect(letters.filter((letter) => !/^[a-z]$/.test(letter))).toEqual([])
  expect(new Set(navPages.map(({ path }) => path)).size).toBe(navPages.length)
})

test('each page has its name in both languages', () => {
  for (const locale of ['en', 'pt-BR'] as const) {
    const names = (messages(locale).shell as Words).nav as Words
    expect(navPages.filter(({ label }) => typeof names[label] !== 'string')).toEqual([])
  }
})
