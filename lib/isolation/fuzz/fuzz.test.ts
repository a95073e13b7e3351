import { describe, expect, test } from 'vitest'
import { majors, testDatabase } from '@/db/test-database'
import { fuzzRound } from './round'

/** Seeds whose databases once showed an unsound proof come first; then fresh ones, as many as this many rounds. */
const rounds = 4

describe.each(majors().map((major) => [major]))('random databases on PostgreSQL %i', (major) => {
  test('are never called isolated where a statement crosses', async () => {
    let questions = 0
    const db = await testDatabase(major)
    try {
      for (let seed = 1; seed <= rounds; seed++) {
        const { unsound, questions: asked } = await fuzzRound(db.url, major * 1000 + seed, 2, 120, ['proved'])
        expect(unsound.map(({ proof, sql }) => ({ proof, sql, seed }))).toEqual([])
        questions += asked
      }
    } finally {
      await db.drop()
    }
    expect(questions).toBeGreaterThan(20)
  })
})
