import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { largestScan, sniff } from './sniff'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const pdf = bytes('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF\n')
const png = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
)
const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9])
const refusal = (given: Uint8Array, claimed = '') => {
  const found = sniff(given, claimed)
  return 'refusal' in found ? found.refusal.en : null
}

test.each([
  ['PDF', pdf, 'application/pdf'],
  ['PNG', png, 'image/png'],
  ['JPEG', jpeg, 'image/jpeg'],
] as const)('a %s is known by its bytes', (_, given, mime) => {
  expect(sniff(given, mime)).toEqual({ mime })
  expect(sniff(given, 'application/octet-stream')).toEqual({ mime })
})

test.each([
  ['HTML called .pdf', bytes('<!doctype html><script>alert(1)</script>'), 'application/pdf'],
  [
    'SVG with a script',
    bytes('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
    'image/svg+xml',
  ],
  ['zip bomb', bytes('PK\u0003\u0004rest'), 'application/zip'],
  ['gzip bomb', new Uint8Array(gzipSync(Buffer.alloc(50_000_000))), 'application/pdf'],
  ['program', bytes('MZ\u0090'), 'application/pdf'],
] as const)('%s is refused by what it is', (_, given, claimed) => {
  expect(refusal(given, claimed)).toMatch(/not a PDF, PNG or JPEG/)
})

test('a wrong claim, a tail, a cut, an empty one, a large one', () => {
  expect(refusal(png, 'application/pdf')).toMatch(/another type/)
  expect(refusal(new Uint8Array([...png, ...bytes('<script>')]))).toMatch(/hung on/)
  expect(refusal(pdf.subarray(0, 20))).toMatch(/cut off/)
  expect(refusal(new Uint8Array(0))).toMatch(/empty/)
  expect(refusal(new Uint8Array(largestScan + 1))).toMatch(/larger than 10 MB/)
})

test.each(['/JavaScript (x)', '/JS 1', '/Launch', '/EmbeddedFile'])('a PDF with %s is refused', (part) => {
  expect(refusal(bytes(`%PDF-1.4\n1 0 obj<<${part}>>endobj\n%%EOF`))).toMatch(/scripts/)
})

test('a PNG that claims to unpack to more than any paper is refused', () => {
  const bomb = new Uint8Array(png)
  new DataView(bomb.buffer).setUint32(16, 60_000)
  new DataView(bomb.buffer).setUint32(20, 60_000)
  expect(refusal(bomb)).toMatch(/100 million/)
})
