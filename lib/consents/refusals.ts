import { isExpected } from '@/lib/errors'
import { sentences } from './refusal-sentences'

/** Runs work and turns what the consent rules refuse into the closed set of errors, in both languages. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isExpected(error) || !(error instanceof Error)) throw error
    const { constraint } = error as { constraint?: string }
    const found = sentences.find(
      ([rule]) => rule.test(error.message) || (constraint !== undefined && rule.test(constraint)),
    )
    throw found ? found[1](found[2], { cause: error }) : error
  }
}
