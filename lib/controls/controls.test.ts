import { describe, expect, test } from 'vitest'
import { allRules } from '../rules/all'
import type { Finding, Outcome } from '../rules/rule'
import type { RuleOutcome, ScanResult } from '../rules/run'
import { allControls, controlsServedBy } from './all'
import { assess } from './assess'
import { byRules, citation, controlsOf, notInCatalog, rulesOf, sources } from './control'

const make = controlsOf('LGPD', 'made-up', 'read')
const words = ['Something is so.', 'Algo é assim.'] as const

function outcome(code: string, value: Outcome, unknown: RuleOutcome['unknown'] = []): RuleOutcome {
  const rule = allRules.find((each) => each.code === code)
  if (!rule) throw new Error(`no rule ${code}`)
  const { title, group, severity } = rule
  const hits = value === 'fail' ? 1 : 0
  return { rule: rule.id, code, title, group, severity, outcome: value, checked: 1, hits, unknown }
}

const scan = (outcomes: readonly RuleOutcome[], findings: readonly Finding[] = []) =>
  ({ outcomes, findings }) as unknown as ScanResult

const stateOf = (codes: readonly string[], outcomes: readonly RuleOutcome[]) =>
  assess([make('x', 'art. 0', words, byRules(codes))], scan(outcomes))[0]?.state

describe('a control', () => {
  test('is met when every rule was decided and none failed', () => {
    expect(stateOf(['T01', 'T02'], [outcome('T01', 'pass'), outcome('T02', 'pass')])).toBe('met')
    expect(stateOf(['T01', 'T02'], [outcome('T01', 'pass'), outcome('T02', 'notApplicable')])).toBe('met')
  })

  test('is not met by one failure, whatever else is unknown', () => {
    expect(stateOf(['T01', 'T02'], [outcome('T01', 'unknown'), outcome('T02', 'fail')])).toBe('notMet')
    expect(stateOf(['T01', 'T02'], [outcome('T02', 'fail')])).toBe('notMet')
  })

  test('is not assessable while one of its rules is undecided, doubted in part, or was not run', () => {
    const doubt = { en: 'One table could not be read.', pt: 'Uma tabela não pôde ser lida.' }
    expect(stateOf(['T01', 'T02'], [outcome('T01', 'pass'), outcome('T02', 'unknown')])).toBe('notAssessable')
    expect(stateOf(['T01', 'T02'], [outcome('T01', 'pass')])).toBe('notAssessable')
    expect(stateOf(['T01'], [outcome('T01', 'pass', [doubt])])).toBe('notAssessable')
    expect(stateOf(['T01'], [])).toBe('notAssessable')
    expect(stateOf([], [])).toBe('notAssessable')
  })

  test('does not apply where there is nothing to look at', () => {
    expect(stateOf(['T01', 'T02'], [outcome('T01', 'notApplicable'), outcome('T02', 'notApplicable')])).toBe(
      'notApplicable',
    )
  })

  test('that no catalog can show says why, in any scan', () => {
    const control = make('x', 'art. 0', words, notInCatalog('A document.', 'Um documento.'))
    const [assessed] = assess([control], scan(allRules.map((rule) => outcome(rule.code, 'pass'))))
    expect(assessed).toMatchObject({
      state: 'notAssessable',
      why: [{ code: null, text: { en: 'A document.', pt: 'Um documento.' } }],
    })
  })

  test('has its findings as evidence, an accepted one too, and no others', () => {
    const finding = (code: string, waived: boolean) =>
      ({ key: `k:${code}`, code, waiver: waived ? { until: '2030-01-01' } : null }) as unknown as Finding
    const control = make('x', 'art. 0', words, byRules(['T01']))
    const [assessed] = assess(
      [control],
      scan([outcome('T01', 'fail'), outcome('T02', 'fail')], [finding('T01', true), finding('T02', false)]),
    )
    expect(assessed?.state).toBe('notMet')
    expect(assessed?.findings.map(({ key }) => key)).toEqual(['k:T01'])
  })
})

describe('the control map', () => {
  const codes = new Set(allRules.map((rule) => rule.code))

  test('names only rules that there are, each once in a control', () => {
    for (const control of allControls) {
      const rules = rulesOf(control)
      expect(
        rules.filter((code) => !codes.has(code)),
        control.id,
      ).toEqual([])
      expect(new Set(rules).size, control.id).toBe(rules.length)
      if (control.assessment.by === 'rules') expect(rules.length, control.id).toBeGreaterThan(0)
    }
  })

  test('gives every rule a requirement that it serves', () => {
    expect(allRules.filter((rule) => controlsServedBy(rule.code).length === 0).map((r) => r.code)).toEqual([])
  })

  test('has unique ids and citations, from every source', () => {
    expect(new Set(allControls.map((control) => control.id)).size).toBe(allControls.length)
    expect(new Set(allControls.map(citation)).size).toBe(allControls.length)
    expect([...new Set(allControls.map((control) => control.source))]).toEqual([...sources])
  })

  test('speaks both languages and claims no certificate', () => {
    for (const { id, requirement, assessment } of allControls) {
      const own = assessment.by === 'rules' ? assessment.beyond : assessment.why
      for (const text of [requirement, ...(own ? [own] : [])]) {
        expect(text.en, id).not.toBe(text.pt)
        for (const said of [text.en, text.pt]) {
          expect(said, id).toMatch(/\.$/)
          expect(said, id).not.toMatch(/100 ?%|\bis certified|\bcertificado pel|compliant/i)
        }
      }
    }
  })
})
