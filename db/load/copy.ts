import type { Client, Connection } from 'pg'

/** The part of the driver's connection that COPY needs; pg declares less than it has. */
interface Wire extends Connection {
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** One value of a row; `null` is NULL. Timestamps and bytea come as the text PostgreSQL reads. */
export type Value = string | number | boolean | null

/** Characters that are sent together. */
const chunk = 256 * 1024

/** Rows on their way into one table by COPY … FROM STDIN, in PostgreSQL's text format. */
export class CopyIn {
  rows = 0
  private buffer: string[] = []
  private size = 0
  private wire: Wire | undefined
  private readonly opened: Promise<void>
  private readonly closed: Promise<void>

  constructor(client: Client, table: string, columns: readonly string[]) {
    let open = () => {}
    let close = () => {}
    let fail: (error: Error) => void = () => {}
    this.opened = new Promise((resolve, reject) => {
      open = resolve
      fail = reject
    })
    this.closed = new Promise((resolve, reject) => {
      close = resolve
      const failOpening = fail
      fail = (error) => {
        failOpening(error)
        reject(error)
      }
    })
    this.closed.catch(() => undefined)
    client.query({
      submit: (wire: Wire) => wire.query(`copy ${table} (${columns.join(', ')}) from stdin`),
      handleCopyInResponse: (wire: Wire) => {
        this.wire = wire
        open()
      },
      handleCommandComplete: () => undefined,
      handleReadyForQuery: () => close(),
      handleError: (error: Error) => fail(error),
    } as never)
  }

  /** Adds a row. @returns what to wait for, only when a chunk went out and the socket is full */
  add(values: readonly Value[]): Promise<void> | undefined {
    let line = ''
    for (let at = 0; at < values.length; at++) line += (at === 0 ? '' : '\t') + field(values[at] as Value)
    return this.line(line)
  }

  /** Adds a row that is written already as COPY reads it: tabs between, `\N` for NULL, nothing left to escape. */
  line(line: string): Promise<void> | undefined {
    this.buffer.push(line)
    this.size += line.length
    this.rows++
    if (this.size < chunk) return undefined
    return this.wire ? this.send(this.wire) : this.opened.then(() => this.wire && this.send(this.wire))
  }

  /** Ends the rows; resolves when the server has them all. */
  async end(): Promise<void> {
    await this.opened
    if (this.wire) await this.send(this.wire)
    this.wire?.endCopyFrom()
    await this.closed
  }

  private send(wire: Wire): Promise<void> | undefined {
    if (this.buffer.length === 0) return undefined
    wire.sendCopyFromChunk(Buffer.from(`${this.buffer.join('\n')}\n`))
    this.buffer = []
    this.size = 0
    if (!wire.stream.writableNeedDrain) return undefined
    return Promise.race([
      new Promise<void>((resolve) => wire.stream.once('drain', () => resolve())),
      this.closed,
    ])
  }
}

/** One field in the text format: backslash, tab and line ends are escaped. */
function field(value: Value): string {
  if (value === null) return '\\N'
  if (typeof value !== 'string') return String(value)
  return /[\\\t\n\r]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
    : value
}
