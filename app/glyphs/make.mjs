// Draws the glyphs of our statuses into a small TrueType font, so that they look the same on every machine, also one
// with hardly any fonts. Run `node app/glyphs/make.mjs` after changing a shape; the font beside it is committed.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shapes } from './shapes.mjs'

const em = 1000
const ascent = 800
const descent = -200
const advance = 760

const glyphs = [
  { code: null, contours: [] },
  { code: 0xfe0e, contours: [], width: 0 },
]
for (const [char, contours] of Object.entries(shapes)) glyphs.push({ code: char.codePointAt(0), contours })
const [missing, ...coded] = glyphs
const sorted = [missing, ...coded.sort((a, b) => a.code - b.code)]

const u8 = (...bytes) => Buffer.from(bytes)
const u16 = (...values) => Buffer.concat(values.map((v) => u8((v >> 8) & 255, v & 255)))
const u32 = (...values) => Buffer.concat(values.map((v) => u16((v >>> 16) & 65535, v & 65535)))

/** A simple glyph: all points on the curve, words for deltas. */
function outline({ contours }) {
  if (contours.length === 0) return Buffer.alloc(0)
  const points = contours.flat().map(([x, y]) => [Math.round(x), Math.round(y)])
  let end = -1
  const ends = contours.map((contour) => (end += contour.length))
  const deltas = (axis) => u16(...points.map((p, at) => p[axis] - (points[at - 1]?.[axis] ?? 0)))
  const body = Buffer.concat([
    u16(contours.length, ...box(points)),
    u16(...ends, 0),
    Buffer.alloc(points.length, 1),
    deltas(0),
    deltas(1),
  ])
  return Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)])
}

function box(points) {
  const xs = points.map((p) => p[0])
  const ys = points.map((p) => p[1])
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

const bodies = sorted.map(outline)
let offset = 0
const loca = u32(...bodies.map((body) => (offset += body.length) - body.length), offset)
const everyPoint = sorted.flatMap((glyph) => glyph.contours.flat().map((p) => p.map(Math.round)))
const bounds = box(everyPoint)
const widths = sorted.map((glyph) => glyph.width ?? advance)
const lefts = sorted.map((glyph) => (glyph.contours.length ? box(glyph.contours.flat())[0] : 0))

/** Format 4: a segment for each code point, and the closing one. */
function cmap() {
  const codes = sorted.slice(1).map((glyph) => glyph.code)
  const segments = [...codes, 0xffff]
  const count = segments.length
  const power = 2 ** Math.floor(Math.log2(count))
  const deltas = segments.map((code, at) => (code === 0xffff ? 1 : (at + 1 - code) & 65535))
  const table = Buffer.concat([
    u16(count * 2, power * 2, Math.log2(power), (count - power) * 2),
    u16(...segments),
    u16(0),
    u16(...segments),
    u16(...deltas),
    u16(...segments.map(() => 0)),
  ])
  return Buffer.concat([u16(0, 1, 3, 1), u32(12), u16(4, table.length + 6, 0), table])
}

function names() {
  const entries = [
    [1, 'Tabellion Glyphs'],
    [2, 'Regular'],
    [4, 'Tabellion Glyphs'],
    [6, 'TabellionGlyphs-Regular'],
  ]
  let at = 0
  const texts = entries.map(([, text]) => Buffer.from(text, 'utf16le').swap16())
  const records = entries.map(([id], index) => {
    const record = u16(3, 1, 0x409, id, texts[index].length, at)
    at += texts[index].length
    return record
  })
  return Buffer.concat([u16(0, entries.length, 6 + entries.length * 12), ...records, ...texts])
}

const codes = sorted.slice(1).map((glyph) => glyph.code)
const tables = {
  'OS/2': Buffer.concat([
    u16(4, advance, 400, 5, 0, 650, 700, 0, 140, 650, 700, 0, 480, 50, 300, 0),
    Buffer.alloc(10),
    u32(0, 0, 0, 0),
    Buffer.from('TABL'),
    u16(64, Math.min(...codes), Math.max(...codes), ascent, descent, 0, ascent, -descent),
    u32(1, 0),
    u16(500, 700, 0, 32, 1),
  ]),
  cmap: cmap(),
  glyf: Buffer.concat(bodies),
  head: Buffer.concat([
    u32(0x00010000, 0x00010000, 0, 0x5f0f3cf5),
    u16(3, em),
    Buffer.alloc(16),
    u16(...bounds, 0, 8, 2, 1, 0),
  ]),
  hhea: Buffer.concat([
    u32(0x00010000),
    u16(ascent, descent, 0, advance, Math.min(...lefts), 0, bounds[2], 1, 0, 0, 0, 0, 0, 0, 0, sorted.length),
  ]),
  hmtx: u16(...sorted.flatMap((_, at) => [widths[at], Math.round(lefts[at])])),
  loca,
  maxp: Buffer.concat([
    u32(0x00010000),
    u16(sorted.length, Math.max(...bodies.map((b) => b.length)), 64, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
  ]),
  name: names(),
  post: Buffer.concat([u32(0x00030000, 0), u16(-100, 50), u32(0, 0, 0, 0, 0)]),
}

function checksum(data) {
  const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)])
  let sum = 0
  for (let at = 0; at < padded.length; at += 4) sum = (sum + padded.readUInt32BE(at)) >>> 0
  return sum
}

function font() {
  const tags = Object.keys(tables).sort()
  const power = 2 ** Math.floor(Math.log2(tags.length))
  let at = 12 + tags.length * 16
  const records = []
  const bodies = []
  for (const tag of tags) {
    const data = tables[tag]
    records.push(Buffer.concat([Buffer.from(tag.padEnd(4)), u32(checksum(data), at, data.length)]))
    const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)])
    bodies.push(padded)
    at += padded.length
  }
  const head = Buffer.concat([
    u32(0x00010000),
    u16(tags.length, power * 16, Math.log2(power), (tags.length - power) * 16),
  ])
  return Buffer.concat([head, ...records, ...bodies])
}

const whole = font()
const headAt = whole.readUInt32BE(12 + Object.keys(tables).sort().indexOf('head') * 16 + 8)
whole.writeUInt32BE((0xb1b0afba - checksum(whole)) >>> 0, headAt + 8)
writeFileSync(join(import.meta.dirname, 'glyphs.ttf'), whole)
