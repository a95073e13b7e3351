import { not } from '../logic/formula'
import type { Value } from '../logic/value'
import type { Problem } from '../problem'

/** A value that is not followed: any of its type, or NULL. */
export function anyOrNull(problem: Problem, what: string, type: string | null): Value {
  const absent = problem.flag(`${what} null`, true)
  return {
    type,
    cases: [
      { when: absent, term: null },
      { when: not(absent), term: problem.free(what, type) },
    ],
  }
}
