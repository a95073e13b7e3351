import { Readable } from 'node:stream'
import { createDeflateRaw } from 'node:zlib'

/** One file of an archive. */
export interface Packed {
  /** With `/` between folders; ASCII. */
  readonly name: string
  readonly content: string | AsyncIterable<string | Uint8Array>
}

interface Written {
  readonly name: Buffer
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly at: number
}

const limit = 0xffff_ffff

/**
 * A ZIP archive (APPNOTE 6.3) made while it is read: each file deflated, its sizes behind it, so nothing is held in memory.
 * @throws when a file or the whole passes 4 GB, which this form cannot say
 */
export async function* zip(files: AsyncIterable<Packed>): AsyncGenerator<Uint8Array, void> {
  const written: Written[] = []
  let at = 0
  for await (const { name, content } of files) {
    const bytes = Buffer.from(name, 'ascii')
    const head = Buffer.concat([
      fixed(0x04034b50, [20, 8, 8, 0, dosDay]),
      zeros(12),
      sizes([bytes.length, 0]),
      bytes,
    ])
    yield head
    const file = { name: bytes, crc: 0, packed: 0, size: 0, at }
    const source = Readable.from(summed(content, file))
    const deflate = createDeflateRaw()
    source.on('error', (error) => deflate.destroy(error))
    for await (const chunk of source.pipe(deflate) as AsyncIterable<Buffer>) {
      file.packed += chunk.length
      yield chunk
    }
    at += head.length + file.packed + 16
    if (file.size > limit || at > limit) throw new Error('The archive is larger than four gigabytes.')
    yield longs([0x08074b50, file.crc, file.packed, file.size])
    written.push(file)
  }
  let directory = 0
  for (const file of written) {
    const entry = Buffer.concat([
      fixed(0x02014b50, [20, 20, 8, 8, 0, dosDay]),
      longs([file.crc, file.packed, file.size]),
      sizes([file.name.length, 0, 0, 0, 0]),
      longs([0, file.at]),
      file.name,
    ])
    directory += entry.length
    yield entry
  }
  yield Buffer.concat([
    fixed(0x06054b50, [0, 0, written.length, written.length]),
    longs([directory, at]),
    sizes([0]),
  ])
}

async function* summed(content: Packed['content'], file: { crc: number; size: number }) {
  for await (const part of typeof content === 'string' ? [content] : content) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part
    file.crc = crc32(bytes, file.crc)
    file.size += bytes.length
    yield bytes
  }
}

/** 1 January 1980, the first day that a ZIP can name: the files say themselves when they were made. */
const dosDay = 0x0021

const sizes = (values: readonly number[]) => {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [at, value] of values.entries()) bytes.writeUInt16LE(value, at * 2)
  return bytes
}
const longs = (values: readonly number[]) => {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, at * 4)
  return bytes
}
const fixed = (signature: number, values: readonly number[]) =>
  Buffer.concat([longs([signature]), sizes(values)])
const zeros = (length: number) => Buffer.alloc(length)

const table = Array.from({ length: 256 }, (_, at) => {
  let value = at
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb8_8320 ^ (value >>> 1) : value >>> 1
  return value >>> 0
})

function crc32(bytes: Uint8Array, before: number): number {
  let value = ~before >>> 0
  for (const byte of bytes) value = (table[(value ^ byte) & 255] as number) ^ (value >>> 8)
  return ~value >>> 0
}
