import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { messages, type Words } from './messages'

const root = join(import.meta.dirname, '../..')
const files = ['app', 'components'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join(folder, path)),
)
const words = messages('en')

const at = (path: string): string | Words | undefined =>
  path
    .split('.')
    .reduce<string | Words | undefined>(
      (found, key) => (typeof found === 'object' ? found[key] : undefined),
      words,
    )

/** Keys a file asks for in so many words: `t('key')`, `t.rich('key', …)`; a name bound twice may mean either. */
function wanted(text: string): { key: string; namespaces: readonly string[] }[] {
  const spaces = new Map<string, string[]>()
  const binding = /const (\w+) = (?:await )?(?:get|use)Translations\('([\w.-]+)'\)/g
  for (const [, name = '', space = ''] of text.matchAll(binding)) {
    spaces.set(name, [...(spaces.get(name) ?? []), space])
  }
  const named = [...spaces].flatMap(([name, namespaces]) =>
    [...text.matchAll(new RegExp(`\\b${name}(?:\\.rich|\\.markup)?\\(\\s*'([^']+)'`, 'g'))].map(
      ([, key = '']) => ({
        key,
        namespaces,
      }),
    ),
  )
  const direct = [...text.matchAll(/\(await getTranslations\('([\w.-]+)'\)\)\('([^']+)'/g)].map(
    ([, space = '', key = '']) => ({ key, namespaces: [space] }),
  )
  return [...named, ...direct]
}

test('every word a page asks for is in the messages', () => {
  const missing = files.flatMap((path) =>
    wanted(readFileSync(join(root, path), 'utf8'))
      .filter(({ key, namespaces }) => !namespaces.some((space) => typeof at(`${space}.${key}`) === 'string'))
      .map(({ key, namespaces }) => `${path}: ${namespaces.join(' or ')} · ${key}`),
  )
  expect(missing).toEqual([])
})

test('the search itself finds words', () => {
  expect(wanted(`const t = useTranslations('a.b')\nt('one'); t.rich('two', {})`)).toEqual([
    { key: 'one', namespaces: ['a.b'] },
    { key: 'two', namespaces: ['a.b'] },
  ])
  expect(files.length).toBeGreaterThan(50)
})
