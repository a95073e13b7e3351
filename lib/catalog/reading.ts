import type { Duplex } from 'node:stream'
import { Query } from 'pg'
import { cells, divertRows } from './rows'

/** A value as the server prints it: every type comes as text, as COPY sends it. */
export type Cell = string | null

/** One statement and who takes its rows. The name is told where times are asked for. */
export interface Step {
  readonly name: string
  readonly sql: string
  readonly take: (row: never) => void
  /** How many fields come by themselves; the others as one text, the last field, which `cells` takes apart. */
  readonly apart?: number | undefined
}

export const step = <Row extends readonly Cell[]>(
  name: string,
  sql: string,
  take: (row: Row) => void,
  apart?: number,
): Step => ({ name, sql: `copy (${sql}\n) to stdout`, take, apart })

/** A statement that gives no rows. */
export const command = (sql: string): Step => ({ name: '', sql, take: () => {} })

/** A step whose rows are kept. */
export function kept<Row extends readonly Cell[]>(
  name: string,
  sql: string,
): Step & { readonly rows: Row[] } {
  const rows: Row[] = []
  return { ...step<Row>(name, sql, (row) => rows.push(row)), rows }
}

interface Wire {
  readonly stream: Duplex
  query(text: string): void
}

/**
 * Several statements in one message: the server works on the next one while rows of the last are taken. Rows come by COPY,
 * one line for each, which costs both sides least, and go to their taker as arrays of texts. It is a Query because pg
 * pipelines nothing else.
 */
export class Reading extends Query {
  readonly #done: (failure?: unknown) => void
  readonly #passed: ((name: string) => void) | undefined
  readonly #steps: readonly Step[]
  #at = 0
  #failure: unknown
  #leave = () => {}

  constructor(steps: readonly Step[], done: (failure?: unknown) => void, passed?: (name: string) => void) {
    super('')
    this.#steps = steps
    this.#done = done
    this.#passed = passed
  }

  override submit = (wire: unknown) => {
    const connection = wire as Wire
    this.#leave = divertRows(connection.stream, (line) =>
      this.take(cells(line, this.#steps[this.#at]?.apart)),
    )
    connection.query(this.#steps.map((each) => each.sql).join(';\n'))
  }

  take(row: Cell[]) {
    // An error here would otherwise be thrown into the socket's own handler.
    if (this.#failure !== undefined) return
    try {
      this.#steps[this.#at]?.take(row as never)
    } catch (error) {
      this.#failure = error
    }
  }

  handleCommandComplete() {
    this.#passed?.(this.#steps[this.#at]?.name ?? '')
    this.#at++
  }

  handleEmptyQuery() {}

  handleError(error: unknown) {
    this.#end(error)
  }

  handleReadyForQuery() {
    this.#end(this.#failure)
  }

  #end(failure: unknown) {
    this.#leave()
    this.#done(failure)
  }
}
