import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../db/test-database'
import type { Functions } from './context'
import { ownColumns } from './expression'
import { loadParser, parseExpression } from './parse'
import { binding, failOpen, truthfulness } from './predicate'

/** Random predicates, asked of the evaluator and of PostgreSQL over every row of a small table. */
let db: TestDatabase
const functions: Functions = { volatility: () => undefined, isContext: () => false }
const row = { notNull: (column: string) => column === 'a' || column === 'f' }

beforeAll(async () => {
  await loadParser()
  db = await testDatabase()
  await db.run(`
    create table t (id int generated always as identity, a int not null, b int, f boolean not null, g boolean);
    insert into t (a, b, f, g) select a, b, f, g from unnest(array[0, 1, 2]) a, unnest(array[null, 0, 1, 2]) b,
      unnest(array[true, false]) f, unnest(array[null, true, false]) g`)
})
afterAll(() => db.drop())

const setting = `nullif(current_setting('my.a', true), '')::int`
const value = fc.constantFrom(
  'a',
  'b',
  '0',
  '1',
  'coalesce(b, a)',
  'nullif(a, b)',
  'null::int',
  '(select a)',
  'b + 0',
)
const withContext = fc.constantFrom(
  'a',
  'b',
  '1',
  setting,
  `(select ${setting})`,
  `coalesce(${setting}, a)`,
  `coalesce(${setting}, b)`,
)

const predicate = (values: fc.Arbitrary<string>) =>
  fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(
        'f',
        'g',
        'true',
        'false',
        'null::boolean',
        'b is null',
        'b is not null',
        'g is not true',
        'exists (select 1)',
      ),
      fc
        .tuple(values, fc.constantFrom('=', '<>', '<', '<=', '>', '>='), values)
        .map(([x, op, y]) => `${x} ${op} ${y}`),
      fc
        .tuple(values, fc.constantFrom('is distinct from', 'is not distinct from'), values)
        .map(([x, op, y]) => `${x} ${op} ${y}`),
      fc.tuple(values, values, values).map(([x, y, z]) => `${x} in (${y}, ${z})`),
      fc.tuple(values, values, values).map(([x, y, z]) => `${x} between ${y} and ${z}`),
      fc.tuple(tie('any'), tie('any')).map(([x, y]) => `(${x}) and (${y})`),
      fc.tuple(tie('any'), tie('any')).map(([x, y]) => `(${x}) or (${y})`),
      tie('any').map((x) => `not (${x})`),
      tie('any').map((x) => `(${x}) is not false`),
      tie('any').map((x) => `coalesce((${x}), f)`),
      fc
        .tuple(tie('any'), tie('any'), tie('any'))
        .map(([x, y, z]) => `case when ${x} then ${y} else ${z} end`),
    ),
  })).any

const parse = (text: string) => {
  const parsed = parseExpression(text)
  if ('failed' in parsed) throw new Error(`${parsed.failed}: ${text}`)
  return parsed.expr
}

const samples = (arbitrary: fc.Arbitrary<string>, seed: number, count = 2500) =>
  fc.sample(arbitrary, { seed, numRuns: count })

/** For each predicate how many rows pass, and how many there are; one round trip. */
async function passing(predicates: readonly string[], before = ''): Promise<number[]> {
  const columns = predicates.map((text, at) => `count(*) filter (where ${text}) as c${at}`)
  const rows: number[] = []
  for (let at = 0; at < columns.length; at += 200) {
    const [counted] = await db.run<Record<string, string>>(
      `${before} select ${columns.slice(at, at + 200).join(', ')} from t`,
    )
    rows.push(...Object.values(counted ?? {}).map(Number))
  }
  return rows
}

test('what is called always true is true for every row, what is called never for none', async () => {
  const texts = samples(predicate(value), 7)
  const [all = 0] = await passing(['true'])
  const counts = await passing(texts)
  const kinds = new Map<string, number>()
  for (const [at, text] of texts.entries()) {
    const truth = truthfulness(parse(text), row, functions)
    kinds.set(truth, (kinds.get(truth) ?? 0) + 1)
    if (truth === 'always') expect(counts[at], text).toBe(all)
    if (truth === 'never') expect(counts[at], text).toBe(0)
    // The other way round it may miss what only arithmetic shows; over these rows most tautologies must be seen.
    if (truth === 'depends' && counts[at] === all) kinds.set('missed', (kinds.get('missed') ?? 0) + 1)
  }
  expect(kinds.get('always') ?? 0).toBeGreaterThan(30)
  expect((kinds.get('missed') ?? 0) / (kinds.get('always') ?? 1)).toBeLessThan(0.35)
})

test('what is called bound lets no row through when the column matches nobody', async () => {
  const texts = samples(predicate(fc.constantFrom('a', '(select -1)', 'b', '1')), 11, 400)
  for (const text of texts) {
    const expr = parse(text)
    if (!ownColumns(expr).has('a')) continue
    const bound = binding(expr, new Set(['a']), row)
    if (bound.bound !== true) continue
    // Every comparison with `a` fails: no branch without it may hold.
    const others = truthfulness(parse(text.replaceAll(/\ba\b/g, 'null::int')), row, functions)
    if (!/is (not )?distinct|coalesce|case|<>|not \(|is not|in \(|between/.test(text))
      expect(others, text).toBe('never')
  }
})

test('a row that shows without a context and hides with one is called open', async () => {
  const texts = samples(predicate(withContext), 13).filter((text) => text.includes('current_setting'))
  // 0 stands for "nobody" by convention, and is not taken for a tenant.
  const judged = texts.filter((text) => !/\b0\b/.test(text))
  const without = [await rowsOf(judged, 'reset my.a;'), await rowsOf(judged, `set my.a = '';`)]
  const within: Set<number>[][] = []
  for (const set of ['0', '1', '2', '77']) within.push(await rowsOf(judged, `set my.a = '${set}';`))
  await db.run('reset my.a')
  const counts = { open: 0, closed: 0 }
  for (const [at, text] of judged.entries()) {
    const shown = new Set(without.flatMap((each) => [...(each[at] ?? [])]))
    const opens = [...shown].some((id) => within.some((each) => !each[at]?.has(id)))
    const found = failOpen(parse(text), row, functions)
    if (opens) expect(found, text).not.toBe(false)
    counts[opens ? 'open' : 'closed']++
  }
  expect(counts.open).toBeGreaterThan(20)
  expect(counts.closed).toBeGreaterThan(20)
})

/** The rows that each predicate lets through. */
async function rowsOf(predicates: readonly string[], before: string): Promise<Set<number>[]> {
  const sets: Set<number>[] = []
  for (let at = 0; at < predicates.length; at += 200) {
    const columns = predicates
      .slice(at, at + 200)
      .map((text, n) => `array_agg(id) filter (where ${text}) as c${n}`)
    const [found] = await db.run<Record<string, number[] | null>>(
      `${before} select ${columns.join(', ')} from t`,
    )
    sets.push(...Object.values(found ?? {}).map((ids) => new Set(ids ?? [])))
  }
  return sets
}
