import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Failure } from './failure'

/**
 * Writes a result to a file (whole or not at all) or to standard output, and waits until it is out. What comes in pieces is
 * never whole in memory: the next ones are made when the last ones are out.
 * @throws Failure when it cannot be written.
 */
export async function write(text: string | Iterable<string>, file: string | undefined): Promise<void> {
  const chunks = typeof text === 'string' ? [text] : inChunks(text)
  if (file === undefined || file === '-') return toStandardOutput(chunks)
  const draft = `${file}.${process.pid}.tmp`
  try {
    // A device or a pipe (/dev/stdout, /dev/null) is written to, never replaced.
    if (existsSync(file) && !statSync(file).isFile()) return toFile(chunks, file)
    toFile(chunks, draft)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new Failure(
      `The file ${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
    )
  }
}

function toFile(chunks: Iterable<string>, file: string): void {
  const descriptor = openSync(file, 'w')
  try {
    for (const chunk of chunks) writeFileSync(descriptor, chunk)
  } finally {
    closeSync(descriptor)
  }
}

async function toStandardOutput(chunks: Iterable<string>): Promise<void> {
  // Each write is told of its error as well; unheard, it would end the process.
  process.stdout.on('error', () => {})
  for (const chunk of chunks) {
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) =>
      process.stdout.write(chunk, (failed) => resolve(failed ?? null)),
    )
    // A reader that has seen enough (`| head`) is not a failure.
    if (error?.code === 'EPIPE') return
    if (error) throw new Failure(`Standard output cannot be written (${error.code ?? 'error'}).`)
  }
}

/** In characters: what a pipe or a disk takes at once. */
const chunkLength = 65_536

function* inChunks(pieces: Iterable<string>): Generator<string> {
  let waiting: string[] = []
  let length = 0
  for (const piece of pieces) {
    waiting.push(piece)
    length += piece.length
    if (length < chunkLength) continue
    yield waiting.join('')
    waiting = []
    length = 0
  }
  if (length > 0) yield waiting.join('')
}

/** Colour only on a terminal, and not when NO_COLOR or a dumb terminal says no: getColorDepth() knows both. */
export const terminal = (toFile: boolean) => ({
  colour: !toFile && process.stdout.isTTY === true && process.stdout.getColorDepth() > 1,
  width: process.stdout.columns ?? 100,
})

/**
 * Steps with their times and the dearest parts of each, for `--timing`; printed on standard error so that standard
 * output stays pure.
 */
export class Timing {
  readonly #steps: string[] = []
  readonly #parts = new Map<string, number>()
  #last = performance.now()
  readonly #start = this.#last

  /** A part of the step that is running, in milliseconds. */
  readonly part = (name: string, took: number): void => {
    this.#parts.set(name, (this.#parts.get(name) ?? 0) + took)
  }

  step(name: string): void {
    const now = performance.now()
    const dearest = [...this.#parts]
      .map(([part, took]) => [part, Math.round(took)] as const)
      .filter(([part, took]) => part !== '' && took > 0)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 6)
      .map(([part, took]) => `${part} ${took}`)
    const parts = dearest.length === 0 ? '' : ` (${dearest.join(', ')})`
    this.#steps.push(`${name} ${Math.round(now - this.#last)} ms${parts}`)
    this.#parts.clear()
    this.#last = now
  }

  line(): string {
    const memory = Math.round(process.resourceUsage().maxRSS / 1024)
    return `timing: ${this.#steps.join(', ')}, total ${Math.round(performance.now() - this.#start)} ms, ${memory} MB\n`
  }
}
