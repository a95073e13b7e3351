import type { Rule } from './rule'

/** Every rule: one import and one line each. */
export const allRules: readonly Rule[] = []
