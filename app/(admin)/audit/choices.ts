import { listActors, listTables } from '@/lib/audit/queries'
import { readRecords, type Principal } from '@/lib/db/scope'
import { peopleOf } from './people'

export interface Choices {
  readonly tables: readonly string[]
  readonly ids: readonly string[]
  readonly people: ReadonlyMap<string, string>
}

const minute = 60_000
const known = new Map<string, { readonly at: number; readonly choices: Choices }>()

/**
 * The tables and people that this reader's entries name, for the filters. Probing for them costs more than the page of
 * entries itself, and they hardly change: what one reader was offered is offered to the same reader for a minute.
 */
export async function choicesOf(principal: Principal): Promise<Choices> {
  const { userId, role, database, clinicId, clinics } = principal
  const key = JSON.stringify([userId, role, database, clinicId, clinics])
  const now = Date.now()
  for (const [old, { at }] of known) if (now - at > minute) known.delete(old)
  const before = known.get(key)
  if (before) return before.choices
  const choices = await readRecords(principal, async (tx) => {
    const tables = await listTables(tx)
    const ids = await listActors(tx)
    return { tables, ids, people: await peopleOf(principal, tx, ids) }
  })
  known.set(key, { at: now, choices })
  return choices
}
