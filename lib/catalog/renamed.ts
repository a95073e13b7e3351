import { listed } from './blind-spots'
import { byText, type Book } from './book'
import type { Session } from './session'
import { horizonSql, renamedSql, type HorizonRow, type RenamedRow } from './sql/renamed'
import type { BlindSpot } from './types-server'
import type { Snapshot } from './types'

/**
 * Relations, by OID, whose own, columns' or routines' names were changed by another session while they were read.
 * `horizon` is the `pg_current_snapshot()` of the read; `session` must be a later transaction.
 */
export async function renamedSince(session: Session, horizon: string, book: Book): Promise<Set<string>> {
  const [now] = await session.rows<HorizonRow>(horizonSql, 'names')
  // No transaction has ended since: a quiet server is not looked through again.
  if (now?.[0] === horizon) return new Set()
  const [, xmax = '0', running = ''] = horizon.split(':')
  const changed = new Set<string>()
  const sql = renamedSql(short(xmax), running === '' ? [] : running.split(',').map(short))
  for (const [what, oid, column, name] of await session.rows<RenamedRow>(sql, 'names')) {
    const relation = book.relations.get(oid)
    if (what === 'relation' && relation && relation.id !== name) changed.add(oid)
    if (what === 'column' && relation && (relation.columns[Number(column)] ?? name) !== name) changed.add(oid)
    const routine = what === 'routine' ? book.routine(oid) : null
    if (routine !== null && routine !== name) changed.add(oid)
  }
  return changed
}

/** The snapshot without those relations, saying so: the last resort where names never come to rest. */
export function without(snapshot: Snapshot, oids: ReadonlySet<string>, book: Book): Snapshot {
  const ids = new Set<string>([...oids].flatMap((oid) => book.relations.get(oid)?.id ?? []))
  const names = [...ids].sort(byText)
  const spot: BlindSpot = {
    what: 'changing names',
    why: `Another session was renaming ${listed(names) || 'routines'} during the scan; left out.`,
    grant: null,
    count: oids.size,
    names,
  }
  return {
    ...snapshot,
    relations: snapshot.relations.filter((relation) => !ids.has(relation.id)),
    unreadable: [...snapshot.unreadable, spot],
  }
}

/** A transaction id as catalogs hold it, in 32 bits. */
const short = (id: string) => String(BigInt(id) % 2n ** 32n)
