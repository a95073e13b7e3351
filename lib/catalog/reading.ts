import type { Duplex } from 'node:stream'
import type { Submittable } from 'pg'
import { divertRows } from './rows'

/** A value as the server prints it: every type comes as text, as COPY sends it. */
export type Cell = string | null

/** One statement and who takes its rows. The name is told where times are asked for. */
export interface Step {
  readonly name: string
  readonly sql: string
  readonly take: (row: never) => void
}

export const step = <Row extends readonly Cell[]>(
  name: string,
  sql: string,
  take: (row: Row) => void,
): Step => ({ name, sql: `copy (${sql}\n) to stdout`, take })

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
 * one line for each, which costs both sides least, and go to their taker as arrays of texts.
 */
export class Reading implements Submittable {
  readonly #takers: ((row: never) => void)[]
  readonly #done: (failure?: unknown) => void
  readonly #passed: ((name: string) => void) | undefined
  readonly #steps: readonly Step[]
  #at = 0
  #failure: unknown

  constructor(steps: readonly Step[], done: (failure?: unknown) => void, passed?: (name: string) => void) {
    this.#steps = steps
    this.#takers = steps.map((each) => each.take)
    this.#done = done
    this.#passed = passed
  }

  submit(wire: unknown) {
    const connection = wire as Wire
    divertRows(connection.stream, (row) => this.take(row))
    connection.query(this.#steps.map((each) => each.sql).join(';\n'))
  }

  take(row: Cell[]) {
    // An error here would otherwise be thrown into the socket's own handler.
    if (this.#failure !== undefined) return
    try {
      this.#takers[this.#at]?.(row as never)
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
    this.#done(error)
  }

  handleReadyForQuery() {
    this.#done(this.#failure)
  }
}
