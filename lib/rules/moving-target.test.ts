import { expect, test } from 'vitest'
import { testDatabase } from '@/db/test-database'
import { readSnapshot } from '../catalog/read'
import { doctorWords } from '../cli/doctor-words'
import { runRules } from './run'

test('whatever moved under the scan keeps this rule from passing, and is named in both languages', async () => {
  const db = await testDatabase()
  const snapshot = await readSnapshot(db.url)
  await db.drop()
  for (const what of ['changing', 'changing names', 'changing routines']) {
    const names = what === 'changing routines' ? undefined : ['public.a', 'public."b c"']
    const spot = {
      what,
      why: 'public.a, public."b c" moved.',
      grant: null,
      count: 2,
      ...(names && { names }),
    }
    const { outcomes } = await runRules({ ...snapshot, unreadable: [spot] }, {})
    const outcome = outcomes.find(({ rule }) => rule === 'moving-target')
    expect([what, outcome?.outcome]).toEqual([what, 'unknown'])
    expect(outcome?.unknown[0]?.pt).toContain(names ? 'public.a, public."b c"' : 'de fora: 2')
    if (names) expect(doctorWords.pt.why(spot)).toContain(names.join(', '))
  }
})
