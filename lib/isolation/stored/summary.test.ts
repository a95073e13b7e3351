import { expect, test } from 'vitest'
import { countCells, groupOf, selectIsolation, type IsolationFilter } from '../matrix'
import { summaryOf } from './summary'
import type { Finding, Setup } from '../types'

const told = { en: 'public.run(text) runs the text it is given.', pt: 'public.run(text) executa o texto.' }
const undecided = (relation: string, command: string) => ({
  en: `Whether ${command} on ${relation} crosses could not be decided.`,
  pt: `Não se decidiu se ${command} em ${relation} atravessa.`,
})

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

const principal = (role: string) => ({
  name: `${role}/A`,
  tenants: ['a'],
  login: null,
  role,
  settings: {},
  claims: null,
})
const setup: Setup = {
  threat: 'dml',
  nullTenant: 'foreign',
  tenants: ['public.rooms', 'public.beds', 'public.run(text)', 'odd.nobody'].map((relation) => ({
    relation,
    column: 'clinic_id',
  })),
  tenantVia: [],
  principals: [principal('app'), principal('report')],
  membership: null,
  ownRows: [],
  untrusted: [],
}
const unknown = (relation: string, command: Finding['command'], because = undecided(relation, command)) =>
  finding({ relation, command, verdict: 'unknown', because: [because] })

const summary = summaryOf(setup, [
  finding({}),
  finding({ role: 'report', verdict: 'leaks' }),
  unknown('public.rooms', 'DELETE'),
  unknown('public.beds', 'UPDATE'),
  unknown('public.beds', 'SELECT', told),
  unknown('public.run(text)', 'EXECUTE', told),
  { ...unknown('public.beds', 'INSERT', told), channel: 'covert' },
  finding({ channel: 'session', verdict: 'leaks' }),
])
const all: IsolationFilter = { q: '', show: null, role: [], kind: null, why: '', order: 'worst' }
const relationsOf = (change: Partial<IsolationFilter>) =>
  selectIsolation(summary, { ...all, ...change }).rows.map(({ relation }) => relation)

test('unknown cells share few reasons: names that say nothing more go, those of what is to blame stay', () => {
  expect(summary.causes).toMatchObject([
    { because: told, others: 1 },
    {
      because: {
        en: 'Whether … on … crosses could not be decided.',
        pt: 'Não se decidiu se … em … atravessa.',
      },
      others: 0,
    },
  ])
  expect(summary.others.map(({ channel, verdict }) => [channel, verdict])).toEqual([['session', 'leaks']])
})

test('rows in the order of their worst cell, under it as a heading, or by name under their schema', () => {
  const { rows } = selectIsolation(summary, all)
  expect(rows.map((row) => [row.relation, groupOf(row, 'worst')])).toEqual([
    ['public.rooms', 'leaks'],
    ['public.beds', 'unknown'],
    ['public.run(text)', 'unknown'],
    ['odd.nobody', 'unreachable'],
  ])
  expect(countCells(rows.flatMap(({ cells }) => cells))).toEqual({
    leaks: 1,
    unknown: 4,
    isolated: 1,
    unreachable: 26,
  })
  expect(selectIsolation(summary, { ...all, order: 'name' }).rows.map((row) => groupOf(row, 'name'))).toEqual(
    ['odd', 'public', 'public', 'public'],
  )
})

test('filters by name, verdict, role, kind and reason; one that is not known is none', () => {
  expect(relationsOf({ q: 'BED' })).toEqual(['public.beds'])
  expect(relationsOf({ show: 'leaks' })).toEqual(['public.rooms'])
  // What another role leaks is not shown with this one.
  expect(relationsOf({ show: 'leaks', role: ['app'] })).toEqual([])
  expect(relationsOf({ role: ['app'] })).toEqual([
    'public.beds',
    'public.rooms',
    'public.run(text)',
    'odd.nobody',
  ])
  expect(relationsOf({ kind: 'function' })).toEqual(['public.run(text)'])
  expect(relationsOf({ why: summary.causes[0]?.id ?? '' })).toEqual(['public.beds', 'public.run(text)'])
  expect(relationsOf({ why: 'gone', role: ['gone'] })).toHaveLength(4)
})

test('cells that one function opened are told together, those that leak without it stay apart', () => {
  const through = { en: 'public.run(text) opens it first.', pt: 'public.run(text) abre antes o caminho.' }
  const opened = { steps: [], row: {}, tenant: 'b', through }
  const seen = summaryOf(setup, [
    finding({ command: 'SELECT', verdict: 'leaks', counterexample: { steps: [], row: {}, tenant: 'b' } }),
    finding({ command: 'DELETE', verdict: 'leaks', counterexample: opened }),
    finding({ relation: 'public.beds', verdict: 'leaks', counterexample: opened }),
    unknown('public.beds', 'INSERT', told),
  ])
  const [cause] = seen.causes.filter(({ opens }) => opens)
  expect(cause?.because).toEqual(through)
  const { rows } = selectIsolation(seen, { ...all, why: cause?.id ?? '' })
  expect(
    rows.map(({ relation, cells }) => [relation, cells.map((cell) => cell.cause?.because.en ?? '')]),
  ).toEqual([
    ['public.beds', [through.en, told.en, '', '', '', '', '', '']],
    ['public.rooms', ['', '', '', through.en, '', '', '', '']],
  ])
})
