import { ident } from '@/lib/clone/spelling'
import { attempts, type Force } from './battery'
import { bodiesOf } from '../calls/call-values'
import type { Influence } from '../schema/influence'
import type { Raid } from '../observe/raid'

/**
 * Tables that belong to no tenant, and views: what a statement on them sets off may concern one that does, or the one that
 * is `meant`.
 */
export async function beside(
  raid: Raid,
  { setsOff }: Influence,
  force: Force,
  meant?: string,
): Promise<void> {
  const { snapshot, attacked } = raid.scope
  const asked = new Set<string>(attacked.map(({ id }) => id))
  const aims = meant === undefined ? asked : new Set([meant])
  for (const relation of snapshot.relations) {
    if (asked.has(relation.id) || relation.extension !== null) continue
    if (relation.kind === 'foreign' || relation.kind === 'matview') continue
    if (![...setsOff.by(relation.id)].some((id) => aims.has(id))) continue
    const { select } = await raid.rights.of(raid.identity.role, relation.id)
    const read = `select ${select.map(ident).join(', ')} from ${relation.id}`
    if (select.length > 0) await raid.write(relation.id, { sql: read, command: null })
    // The server counts no rows that TRUNCATE removed.
    const empties = relation.triggers.some(({ routine }) => {
      const fired = snapshot.routines.find(({ id }) => id === routine)
      return fired && bodiesOf(raid.scope, fired).some((body) => /\btruncate\b/i.test(body))
    })
    const emptied = empties ? [...asked] : undefined
    for (const { sql, look = emptied } of await attempts(raid, relation, force))
      await raid.write(relation.id, { sql, command: null, ...(look ? { look } : {}) })
  }
}
