import { expect, test } from 'vitest'
import { countVerdicts, linesOf, truncateLines } from './lines'
import { partsOfId } from './names'
import type { Finding } from './types'

const finding = (change: Partial<Finding>): Finding => ({
  relation: 'public.rooms',
  principal: 'app/A',
  role: 'app',
  command: 'SELECT',
  channel: 'row',
  verdict: 'isolated',
  by: 'both',
  counterexample: null,
  doors: [],
  assumptions: [],
  because: [],
  ...change,
})

test('one line for each relation, role, command and channel; the worst verdict and its principal decide', () => {
  const lines = linesOf([
    finding({}),
    finding({ principal: 'app/none', verdict: 'leaks', by: 'probe' }),
    finding({ principal: 'app/B', verdict: 'unknown' }),
    finding({ channel: 'covert', verdict: 'unreachable' }),
    finding({ role: 'report', principal: 'report/A', verdict: 'unknown' }),
  ])
  expect(lines.map(({ role, channel, verdict, principal }) => [role, channel, verdict, principal])).toEqual([
    ['app', 'row', 'leaks', 'app/none'],
    ['app', 'covert', 'unreachable', 'app/A'],
    ['report', 'row', 'unknown', 'report/A'],
  ])
  expect(countVerdicts(lines)).toEqual({ leaks: 1, unknown: 1, isolated: 0, unreachable: 1 })
})

test('emptying a table counts as deleting, calling a function as reading; proof alone is less than both', () => {
  const lines = linesOf([
    finding({ command: 'DELETE' }),
    finding({ command: 'TRUNCATE', verdict: 'leaks', by: 'probe' }),
    finding({ relation: 'public.f(uuid,text)', command: 'EXECUTE' }),
    finding({ relation: 'public.f(uuid,text)', command: 'SELECT', principal: 'app/B', by: 'proof' }),
  ])
  expect(lines.map(({ relation, command, verdict, by }) => [relation, command, verdict, by])).toEqual([
    ['public.f(uuid,text)', 'SELECT', 'isolated', 'proof'],
    ['public.rooms', 'DELETE', 'leaks', 'probe'],
  ])
})

test('emptying a table has lines of its own too, where a role may', () => {
  const lines = truncateLines([
    finding({ command: 'DELETE' }),
    finding({ command: 'TRUNCATE' }),
    finding({ command: 'TRUNCATE', principal: 'app/B', verdict: 'leaks', by: 'probe' }),
    finding({ relation: 'public.beds', command: 'TRUNCATE', verdict: 'unreachable' }),
  ])
  expect(lines.map(({ relation, command, verdict }) => [relation, command, verdict])).toEqual([
    ['public.rooms', 'TRUNCATE', 'leaks'],
  ])
})

test('an id is a schema and a name; a function keeps its argument types, and quotes go', () => {
  expect(partsOfId('public.rooms')).toEqual({ schema: 'public', name: 'rooms' })
  expect(partsOfId('"a.b"."Odd ""x"""')).toEqual({ schema: 'a.b', name: 'Odd "x"' })
  expect(partsOfId('c."Find"(text,integer)')).toEqual({ schema: 'c', name: 'Find(text,integer)' })
})
