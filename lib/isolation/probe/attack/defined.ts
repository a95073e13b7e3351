import type { Raid } from '../observe/raid'
import type { First } from './steps'

const made = 'pg_temp.tabellion_made'

/** Where the caller may send any SQL, definitions of its own set off what runs on definitions: a first step on no relation. */
export function defining({ scope }: Raid, after: ReadonlySet<string>): First[] {
  const { setup, snapshot } = scope
  if (setup.threat !== 'sql' || snapshot.eventTriggers.length === 0) return []
  return [{ id: made, sql: `create temporary table ${made} (i integer)`, after, sets: true }]
}
