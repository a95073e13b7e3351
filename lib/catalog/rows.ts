import type { Duplex } from 'node:stream'
import type { Cell } from './reading'

/** Codes of the messages that matter here. */
const copyData = 100
const readyForQuery = 90
const headLength = 5

type Take = (row: Cell[]) => void

/** Who waits for rows on a socket, in the order of what was sent. */
const waiting = new WeakMap<Duplex, Take[]>()

/**
 * Gives the rows that one answer copies out to `take` as arrays of texts, straight from the socket: a row costs pg an object
 * and an event. Of several answers on their way each has its own taker; the one whose answer has ended calls what is
 * returned here. Every other message goes on to who was listening, as it came; after the last answer all is as before.
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
    let at = 0
    let passed = 0
    while (at + headLength <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1)
      if (end > bytes.length) break
      if (bytes[at] === copyData) {
        if (passed < at) pass(bytes.subarray(passed, at))
        takers[0]?.(cells(bytes, at + headLength, end))
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

const tab = 9

/**
 * The fields of one line of COPY in its text form, which ends with a line feed. The first is read by itself: the others are
 * cut from one text, and whoever keeps a piece keeps it all.
 */
function cells(bytes: Buffer, from: number, to: number): Cell[] {
  const end = bytes.indexOf(tab, from)
  if (end < 0 || end >= to) return [cell(bytes.toString('utf8', from, to - 1))]
  const rest = bytes.toString('utf8', end, to - 1)
  const row: Cell[] = rest.split('\t')
  row[0] = cell(bytes.toString('utf8', from, end))
  if (rest.includes('\\')) for (let at = 1; at < row.length; at++) row[at] = cell(row[at] as string)
  return row
}

const cell = (text: string): Cell =>
  text === '\\N' ? null : text.includes('\\') ? text.replace(/\\(.)/g, plain) : text

/** What COPY puts after a backslash; everything else stands for itself. */
const signs: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
const plain = (_: string, sign: string) => signs[sign] ?? sign
