import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { documents } from '../explain/documents'

const folder = join(import.meta.dirname, '..', '..', 'docs', 'rules')

test('docs/rules says what the rules say: run npm run docs after changing one', () => {
  const wanted = documents()
  expect(readdirSync(folder).sort()).toEqual([...wanted.keys()].sort())
  const stale = [...wanted].filter(([name, text]) => readFileSync(join(folder, name), 'utf8') !== text)
  expect(stale.map(([name]) => name)).toEqual([])
})

test('each document speaks both languages and has every part', () => {
  for (const [name, text] of documents()) {
    if (name === 'README.md') continue
    for (const head of ['## Why', '## What mends it', '## Requirements', '## References', '## Example'])
      expect(text, name).toContain(head)
    for (const head of ['## Por que', '## O que corrige', '## Requisitos', '## Referências', '## Exemplo'])
      expect(text, name).toContain(head)
    expect(text, name).not.toMatch(/https?:|undefined|\[object/)
  }
})
