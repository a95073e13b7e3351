import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { families } from './status'

const root = join(import.meta.dirname, '..')
const drawn = codesOf(readFileSync(join(root, 'app/glyphs/glyphs.ttf')))
const inGeist = new Set([...'→←↑↓↩⇄−≈≤≥×▲▼○●–—·…‹›“”‘’«»•ªº§'].map((glyph) => glyph.codePointAt(0)))
const has = (glyph: string) => {
  const code = glyph.codePointAt(0) ?? 0
  return code < 0x180 || drawn.has(code) || inGeist.has(code)
}

test('every glyph of a status is in a font of ours or in Geist', () => {
  const glyphs = Object.values(families).flatMap((family) => Object.values(family).map(([glyph]) => glyph))
  expect(glyphs.filter((glyph) => !has(glyph))).toEqual([])
})

test('so is every sign that a page writes', () => {
  const files = ['app', 'components'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.tsx'))
      .map((path) => join(folder, path)),
  )
  const lost = files.flatMap((path) =>
    [...new Set(readFileSync(join(root, path), 'utf8').match(/[\u2000-\u2bff]/g))]
      .filter((sign) => !has(sign))
      .map((sign) => `${path}: ${sign} U+${sign.codePointAt(0)?.toString(16)}`),
  )
  expect(lost).toEqual([])
})

/** Code points of a font's character map (format 4, as app/glyphs/make.mjs writes it). */
function codesOf(font: Buffer): ReadonlySet<number> {
  const tables = font.readUInt16BE(4)
  const entry = Array.from({ length: tables }, (_, at) => 12 + at * 16).find(
    (at) => font.toString('latin1', at, at + 4) === 'cmap',
  )
  const map = font.readUInt32BE((entry ?? 0) + 8) + 12
  const count = font.readUInt16BE(map + 6) / 2
  const ends = Array.from({ length: count }, (_, at) => font.readUInt16BE(map + 14 + at * 2))
  return new Set(ends.filter((code) => code !== 0xffff))
}
