/** It could not be done: one sentence for standard error, exit code 2. The sentence never holds a password. */
export class Failure extends Error {
  override readonly name = 'Failure'
}

/** The words of any thrown value, for the end of a sentence. */
export const reason = (error: unknown): string =>
  (error instanceof Error ? error.message || error.name : String(error))
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/[.\s]+$/, '')
