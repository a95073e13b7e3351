import type { Duplex } from 'node:stream'
import type { Cell } from './reading'

/** Codes of the messages that matter here. */
const dataRow = 68
const readyForQuery = 90
const headLength = 5

/**
 * Gives the rows of one answer to `take` as arrays of texts, straight from the socket: a row costs pg four objects and an
 * event. Every other message goes on to who was listening, as it came; when the server is ready again all is as before.
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
      if (bytes[at] === dataRow) {
        if (passed < at) pass(bytes.subarray(passed, at))
        take(cells(bytes, at + headLength))
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

/** The fields of a DataRow: a count, then of each its length, -1 for null, and its bytes. */
function cells(bytes: Buffer, from: number): Cell[] {
  const count = bytes.readUInt16BE(from)
  const row: Cell[] = []
  let at = from + 2
  for (let field = 0; field < count; field++) {
    const length = bytes.readInt32BE(at)
    at += 4
    if (length < 0) {
      row.push(null)
      continue
    }
    row.push(length === 1 ? letter(bytes[at] as number) : bytes.toString('utf8', at, at + length))
    at += length
  }
  return row
}

const letters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
/** One byte is ASCII: a longer sequence has more. */
const letter = (code: number) => letters[code] ?? String.fromCharCode(code)
