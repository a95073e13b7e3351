import { expect, test } from 'vitest'
import { majors, testDatabase } from '@/db/test-database'
import { isForAll } from '../routine/for-all'
import { plainly } from './plainly'
import { render } from '../expression/render'
import { databaseEvaluator } from '../session'
import { application, constant } from './term'

const texts = [
  '',
  ' ',
  '-',
  '+ 7',
  ' 7 ',
  '-7',
  '0x1f',
  '1_0',
  'P0D',
  'clinic_id',
  'a'.repeat(32),
  '{7}',
  'ghij',
]
const whole = ['0', '-7', '7', '2147483647', '-2147483647']
const grounds = [
  ...['smallint', 'integer', 'bigint', 'uuid'].flatMap((type) =>
    texts.map((text) => application(`($1)::${type}`, [constant(text, null)], type)),
  ),
  ...['<', '=', '+', '-', '*'].flatMap((op) =>
    whole.flatMap((one) =>
      whole.flatMap((other) =>
        ['integer', 'bigint'].map((type) =>
          application(
            `($1 ${op} $2)`,
            [constant(one, 'integer'), constant(other, type)],
            op === '<' || op === '=' ? 'boolean' : type === 'integer' ? type : null,
          ),
        ),
      ),
    ),
  ),
]

test.each(majors())('what is not asked is what PostgreSQL %s would have answered', async (major) => {
  const db = await testDatabase(major)
  try {
    const said = grounds.flatMap((ground) => {
      const answer = plainly(ground)
      return answer ? [{ sql: render(ground), answer: 'error' in answer ? 'error' : answer }] : []
    })
    expect(said.length).toBeGreaterThan(150)
    const identity = { login: null, role: 'postgres', settings: {} }
    const asked = await databaseEvaluator(db.url, db.url).evaluate(
      identity,
      said.map(({ sql }) => sql),
    )
    expect(said).toEqual(
      said.map(({ sql }, at) => ({ sql, answer: 'error' in asked[at]! ? 'error' : asked[at] })),
    )
  } finally {
    await db.drop()
  }
})

test('only what no role makes a difference to is the same for all', () => {
  for (const sql of ["('a.b' || 'it''s'::text)", 'now()', "('90 days')::interval", "lower('X'::text)"])
    expect(isForAll(sql)).toBe(true)
  for (const sql of [
    "('t')::regclass",
    'null::public.kind',
    'current_user',
    '"lower"(\'X\')',
    "has_table_privilege('t', 'select')",
    "pg_catalog.current_setting('is_superuser', true)",
  ])
    // prettier-ignore
    expect(isForAll(sql)).toBe(false)
})
