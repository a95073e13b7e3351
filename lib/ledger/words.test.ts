import { expect, test } from 'vitest'
import { weaknesses } from './configuration'
import { guardLine, noteAbout } from './words'

const weak = [
  'owner postgres of ledger.audit_logs rls t forced t',
  'right UPDATE on ledger.audit_logs for somebody',
  'right INSERT on ledger.audit_logs for somebody',
  'partition ledger.audit_logs_2026_11 not closed',
  'rule swallow on public."odd notes"',
  'function ledger.seal() of postgres {} 00',
  'trigger ledger_capture on public.notes enabled D does ledger.capture()',
  'trigger ledger_capture on public.notes enabled A does public.nothing()',
  'trigger ledger_capture on public.notes misses changes',
  'watched public.notes',
]

test('Whatever the configuration may lack is said in Portuguese, with its names, and in English as it is', () => {
  const found = [...weaknesses(weak), 'capture of public.notes was rewritten'].map(
    (line) => `${line}, seen 2026-11-28T00:00:00Z`,
  )
  expect(found.length).toBeGreaterThan(12)
  for (const line of found) {
    const said = guardLine(line, 'pt-BR')
    expect(said, line).not.toMatch(/ (is|no longer|belongs|has|on|of|runs|does|may|was|seen) /)
    for (const name of line.match(/(ledger|public)[._]\S+?(?=[ ,)]|$)/g) ?? []) expect(said).toContain(name)
    expect(guardLine(line, 'en')).toBe(line)
  }
})

test('A change of the configuration is quoted in Portuguese, whatever kind of line it is', () => {
  const lines = [
    ...weak,
    'policy audit_logs_read on ledger.audit_logs for r using true check -',
    'member somebody of ledger_owner',
    'login of ledger_owner t',
    'trigger ledger_capture on public.notes is for other events',
    'event trigger ledger_drops on sql_drop enabled A does ledger.guard_drops',
  ]
  for (const line of lines) {
    const about = `2026-11-28T00:00:00Z + ${line}`
    const said = noteAbout({ kind: 'configuration-changed', about }, 'pt-BR')
    expect(said, line).not.toMatch(/ (is|on|of|for|does|enabled|not|misses|changes|watched|owner|right) /)
    for (const name of line.match(/(ledger|public)[._]\S+?(?=[ ,)]|$)/g) ?? []) expect(said).toContain(name)
    expect(noteAbout({ kind: 'configuration-changed', about }, 'en')).toBe(about)
  }
})
