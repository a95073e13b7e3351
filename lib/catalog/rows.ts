import type { Duplex } from 'node:stream'
import type { Cell } from './reading'

/** Codes of the messages that matter here. */
const copyData = 100
const readyForQuery = 90
const headLength = 5

/** Takes a line of COPY in its text form. */
type Take = (line: string) => void

/** Who waits for rows on a socket, in the order of what was sent. */
const waiting = new WeakMap<Duplex, Take[]>()

/**
 * Gives the lines that one answer copies out to `take`, straight from the socket: a row costs pg an object and an event. Of
 * several answers on their way each has its own taker; the one whose answer has ended calls what is returned here. Every
 * other message goes on to who was listening, as it came; after the last answer all is as before.
 */
export function divertRows(socket: Duplex, take: Take): () => void {
  let takers = waiting.get(socket)
  if (takers) takers.push(take)
  else {
    waiting.set(socket, (takers = [take]))
    divert(socket, takers)
  }
  return () => takers.shift()
}

function divert(socket: Duplex, takers: readonly Take[]) {
  const listening = socket.listeners('data') as ((bytes: Buffer) => void)[]
  const pass = (bytes: Buffer) => {
    for (const listener of listening) listener.call(socket, bytes)
  }
  let rest: Buffer | null = null
  const read = (chunk: Buffer) => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk
    // Decoded as a whole: a text for each row costs more than all its fields. Only what is not plain is decoded by itself.
    const text = bytes.toString('latin1')
    let at = 0
    let passed = 0
    while (at + headLength <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1)
      if (end > bytes.length) break
      if (bytes[at] === copyData) {
        if (passed < at) pass(bytes.subarray(passed, at))
        const plain = text.slice(at + headLength, end - 1)
        takers[0]?.(foreign.test(plain) ? bytes.toString('utf8', at + headLength, end - 1) : plain)
        passed = end
      } else if (bytes[at] === readyForQuery) {
        // Whoever hears of it may take itself out, and may send the next.
        pass(bytes.subarray(passed, end))
        passed = end
        if (takers.length === 0) {
          waiting.delete(socket)
          socket.off('data', read)
          for (const listener of listening) socket.on('data', listener)
          if (end < bytes.length) pass(bytes.subarray(end))
          return
        }
      }
      at = end
    }
    if (passed < at) pass(bytes.subarray(passed, at))
    rest = at < bytes.length ? bytes.subarray(at) : null
  }
  socket.removeAllListeners('data')
  socket.on('data', read)
}

const foreign = /[\x80-\xff]/

/** The fields of a line: so many by themselves, and all that is left as one text for `cells`; or all of them. */
export function cells(line: string, apart = Infinity): Cell[] {
  if (apart === Infinity) return decoded(line.split('\t'), line.includes('\\'))
  const row: Cell[] = []
  let from = 0
  while (row.length < apart) {
    const to = line.indexOf('\t', from)
    row.push(line.slice(from, to))
    from = to + 1
  }
  const escape = line.indexOf('\\')
  decoded(row, escape >= 0 && escape < from).push(line.slice(from))
  return row
}

function decoded(row: Cell[], escaped: boolean): Cell[] {
  if (escaped) for (let at = 0; at < row.length; at++) row[at] = cell(row[at] as string)
  return row
}

const cell = (text: string): Cell =>
  text === '\\N' ? null : text.includes('\\') ? text.replace(/\\(.)/g, plain) : text

/** What COPY puts after a backslash; everything else stands for itself. */
const signs: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
const plain = (_: string, sign: string) => signs[sign] ?? sign
