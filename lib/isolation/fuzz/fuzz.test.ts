import { describe, expect, test } from 'vitest'
import { majors, testDatabase } from '@/db/test-database'
import { fuzzRound } from './round'
import { count, noTally } from './tally'

/** Databases, the same each time; `npm run fuzz:isolation` goes on with others. */
const rounds = 2

describe.each(majors().map((major) => [major]))('random databases on PostgreSQL %i', (major) => {
  test('are never called isolated where a statement crosses', async () => {
    const sum = noTally()
    const db = await testDatabase(major)
    try {
      for (let seed = 0; seed < rounds; seed++) {
        const round = await fuzzRound(db.url, major * 1000 + seed, 3, 20, ['proved', 'unreachable'])
        expect(round.unsound.map(({ proof, sql }) => ({ proof, sql, seed }))).toEqual([])
        count(sum, round)
      }
    } finally {
      await db.drop()
    }
    expect(sum.questions).toBeGreaterThan(60)
    expect(sum.provedAlive).toBeGreaterThan(2)
  })
})
