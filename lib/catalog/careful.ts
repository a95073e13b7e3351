import type { Step } from './reading'
import { isConcurrentChange, type Session } from './session'
import { lockedSql, type LockedRow } from './sql/texts'

/**
 * Reads what the server must deparse or open, for the objects with these OIDs. Where one is dropped, altered or locked
 * meanwhile, the list is halved until it is found; those are left out and returned, and the rest is whole. A row may be
 * taken again.
 */
export async function readCarefully(
  session: Session,
  reading: (among: readonly string[]) => Step,
  oids: readonly string[],
): Promise<Set<string>> {
  const lost = new Set<string>()
  const known = new Set(oids)

  /** Relations that another session holds now and that were not left out yet. */
  const held = async (): Promise<string[]> =>
    (await session.rows<LockedRow>(lockedSql, 'locks'))
      .map(([oid]) => oid)
      .filter((oid) => known.has(oid) && !lost.has(oid))

  const read = async (among: readonly string[]): Promise<void> => {
    if (among.length === 0) return
    try {
      return await session.apart(reading(among))
    } catch (error) {
      if (!isConcurrentChange(error)) throw error
    }
    const locked = await held()
    for (const oid of locked) lost.add(oid)
    if (among.length === 1) {
      lost.add(among[0] as string)
    } else if (locked.length > 0) {
      await read(among.filter((oid) => !lost.has(oid)))
    } else {
      const middle = among.length >> 1
      await read(among.slice(0, middle).filter((oid) => !lost.has(oid)))
      await read(among.slice(middle).filter((oid) => !lost.has(oid)))
    }
  }
  await read(oids)
  return lost
}
