import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { families } from './status'

test('every glyph of a status is in a font of ours or in Geist', () => {
  const css = readFileSync(join(import.meta.dirname, '../app/symbols.css'), 'utf8')
  const shipped = new Set(
    [...css.matchAll(/U\+([0-9A-F]{4})/g)].map((match) => Number.parseInt(match[1] ?? '', 16)),
  )
  const inGeist = new Set('→↩⇄−≈▲▼○●–·?!+~…'.split('').map((glyph) => glyph.codePointAt(0)))
  const glyphs = Object.values(families).flatMap((family) => Object.values(family).map(([glyph]) => glyph))
  const lost = glyphs.filter((glyph) => {
    const code = glyph.codePointAt(0) ?? 0
    return !shipped.has(code) && !inGeist.has(code)
  })
  expect(lost).toEqual([])
})
