import { isConcurrentChange, type Cell, type Session } from './session'
import { lockedSql, type LockedRow } from './sql/texts'

/**
 * Reads what the server must deparse or open. Where an object is dropped, altered or locked meanwhile, the range of
 * relations is halved until those are found; they are left out and named, and the rest is whole.
 */
export async function readCarefully<Row extends readonly Cell[]>(
  session: Session,
  sql: string,
  oids: readonly string[],
): Promise<{ rows: Row[]; lost: Set<string> }> {
  const lost = new Set<string>()
  const sorted = oids.map(Number).sort((a, b) => a - b)
  let without: string[] = []

  const read = async (from: number, to: number): Promise<Row[]> => {
    if (from >= to) return []
    const text = sql
      .replaceAll(':lowest', String(sorted[from]))
      .replaceAll(':highest', String(sorted[to - 1]))
      .replaceAll(':without', `'{${without.join(',')}}'::oid[]`)
    try {
      return await session.apart<Row>(text)
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
        return []
      }
      const middle = (from + to) >> 1
      return [...(await read(from, middle)), ...(await read(middle, to))]
    }
  }
  return { rows: await read(0, sorted.length), lost }
}
