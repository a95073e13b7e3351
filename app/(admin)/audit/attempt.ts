import { isExpected, type Expected } from '@/lib/errors'

/** A read's answer, or the expected reason why there is none; everything else is thrown on. Never an empty answer. */
export type Attempt<T> =
  { readonly value: T; readonly error: null } | { readonly value: null; readonly error: Expected }

export async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work(), error: null }
  } catch (error) {
    if (!isExpected(error)) throw error
    return { value: null, error }
  }
}
