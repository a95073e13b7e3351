import { isConcurrentChange, type Cell, type Session } from './session'
import { lockedSql, type LockedRow } from './sql/texts'

/**
 * Reads what the server must deparse or open. Where an object is dropped, altered or locked meanwhile, the range of
 * relations is halved until those are found; they are left out and named, and the rest is whole. `take` may be given a
 * row again.
 */
export async function readCarefully<Row extends readonly Cell[]>(
  session: Session,
  sql: string,
  oids: readonly string[],
  take: (row: Row) => void,
): Promise<Set<string>> {
  const lost = new Set<string>()
  const known = new Set(oids)
  const sorted = oids.map(Number).sort((a, b) => a - b)

  /** Relations that another session holds now and that were not left out yet. */
  const held = async (): Promise<string[]> =>
    (await session.rows<LockedRow>(lockedSql))
      .map(([oid]) => oid)
      .filter((oid) => known.has(oid) && !lost.has(oid))

  const read = async (from: number, to: number): Promise<void> => {
    if (from >= to) return
    const text = sql
      .replaceAll(':lowest', String(sorted[from]))
      .replaceAll(':highest', String(sorted[to - 1]))
      .replaceAll(':without', `'{${[...lost].join(',')}}'::oid[]`)
    try {
      return await session.apart<Row>(text, take)
    } catch (error) {
      if (!isConcurrentChange(error)) throw error
    }
    const locked = await held()
    for (const oid of locked) lost.add(oid)
    if (to - from === 1) {
      lost.add(String(sorted[from]))
    } else if (locked.length > 0) {
      await read(from, to)
    } else {
      const middle = (from + to) >> 1
      await read(from, middle)
      await read(middle, to)
    }
  }
  await read(0, sorted.length)
  return lost
}
