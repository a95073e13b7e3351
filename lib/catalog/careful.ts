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
  const sorted = oids.map(Number).sort((a, b) => a - b)
  let without: string[] = []

  const read = async (from: number, to: number): Promise<void> => {
    if (from >= to) return
    const text = sql
      .replaceAll(':lowest', String(sorted[from]))
      .replaceAll(':highest', String(sorted[to - 1]))
      .replaceAll(':without', `'{${without.join(',')}}'::oid[]`)
    try {
      await session.apart<Row>(text, take)
    } catch (error) {
      if (!isConcurrentChange(error)) throw error
      const held = (await session.rows<LockedRow>(lockedSql)).map(([oid]) => oid)
      const known = new Set(oids)
      for (const oid of held) {
        if (!known.has(oid) || lost.has(oid)) continue
        lost.add(oid)
      }
      without = [...lost]
      if (to - from === 1) {
        lost.add(String(sorted[from]))
        return
      }
      const middle = (from + to) >> 1
      await read(from, middle)
      await read(middle, to)
    }
  }
  await read(0, sorted.length)
  return lost
}
