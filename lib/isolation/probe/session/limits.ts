import type { Snapshot } from '@/lib/catalog/types'
import { conditionsOf } from '../schema/mine'

/** Settings of the server that keep a statement from holding the clone up, and what a session has of them where nobody said more. */
const limits = [
  { name: 'statement_timeout', ours: '2s', usual: '0' },
  { name: 'lock_timeout', ours: '500ms', usual: '0' },
  { name: 'client_min_messages', ours: 'error', usual: 'notice' },
] as const

/** Statements that set them for a transaction: one that a condition or a body asks for stays as usual. */
export function limiting({ relations, routines }: Snapshot): string[] {
  const texts = [...relations.flatMap(conditionsOf), ...routines.map(({ body }) => body ?? '')]
  return limits.map(({ name, ours, usual }) => {
    const isAsked = texts.some((text) => text.includes(name))
    return `set local ${name} = ${isAsked ? `'${usual}'` : `'${ours}'`}`
  })
}
