/** Records of a piece of a log, and how many bytes of it they took: what follows is not whole yet. */
export interface Piece<T> {
  readonly records: readonly T[]
  readonly consumed: number
}

const [quote, newline] = [0x22, 0x0a]

/** The records of CSV as PostgreSQL writes it: a field may hold line breaks, so a record ends at one outside of quotes. */
export function csvPiece(bytes: Buffer): Piece<readonly string[]> {
  const records: string[][] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === quote) quoted = !quoted
    else if (bytes[at] === newline && !quoted) {
      records.push(csvFields(bytes.toString('utf8', start, at).replace(/\r$/, '')))
      start = at + 1
    }
  }
  return { records, consumed: start }
}

/** One record's fields; quotes are doubled inside of quotes. */
export function csvFields(record: string): string[] {
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let at = 0; at < record.length; at++) {
    const letter = record[at]
    if (quoted && letter === '"' && record[at + 1] === '"') {
      field += '"'
      at++
    } else if (letter === '"') quoted = !quoted
    else if (letter === ',' && !quoted) {
      fields.push(field)
      field = ''
    } else field += letter
  }
  fields.push(field)
  return fields
}

/** The lines of a JSON log, each an object. Null where a line is none. */
export function jsonPiece(bytes: Buffer): Piece<Readonly<Record<string, unknown>> | null> {
  const end = bytes.lastIndexOf(newline) + 1
  const lines = bytes.toString('utf8', 0, end).split('\n').slice(0, -1)
  return { records: lines.filter((line) => line.trim() !== '').map(object), consumed: end }
}

function object(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line)
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
