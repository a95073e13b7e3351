import type { Counterexample } from '../types'

/**
 * A counterexample as one script for psql, on a clone and as its superuser: the scene, then each session's statements.
 * It can be run again: everything is rolled back, but what has to be committed for a later request to meet it.
 */
export function scriptOf({ steps }: Counterexample): string {
  const lines = ['begin;']
  let who: string | null = null
  for (const { as, sql, effect } of steps) {
    if (as !== who) {
      if (who !== null) lines.push('reset role;', 'reset session authorization;')
      if (as !== null) lines.push(`-- ${oneLine(as)}`)
      who = as
    }
    lines.push(`${sql.replace(/;?\s*$/, '')};`)
    if (effect !== '') lines.push(`-- → ${oneLine(effect)}`)
  }
  return [...lines, 'rollback;', ''].join('\n')
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ')
