import type { Duplex } from 'node:stream'
import type { Cell } from './reading'

/** Codes of the messages that matter here. */
const copyData = 100
const readyForQuery = 90
const headLength = 5

/**
 * Gives the rows that one answer copies out to `take` as arrays of texts, straight from the socket: a row costs pg an object
 * and an event. Every other message goes on to who was listening, as it came; when the server is ready again all is as before.
 */
export function divertRows(socket: Duplex, take: (row: Cell[]) => void): void {
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
        take(cells(bytes, at + headLength, end))
        passed = end
      } else if (bytes[at] === readyForQuery) {
        socket.off('data', read)
        for (const listener of listening) socket.on('data', listener)
        pass(bytes.subarray(passed))
        return
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
