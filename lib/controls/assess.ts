import type { Finding, Text } from '@/lib/rules/rule'
import type { RuleOutcome, ScanResult } from '@/lib/rules/run'
import { rulesOf, type Control } from './control'

/** `met` says that every rule of the control was decided and none failed; it is never taken for granted. */
export const controlStates = ['notMet', 'notAssessable', 'met', 'notApplicable'] as const
export type ControlState = (typeof controlStates)[number]

/** A control with what one scan says about it, and the evidence. */
export interface AssessedControl {
  readonly control: Control
  readonly state: ControlState
  /** Outcomes of its rules, in the order of the control. */
  readonly outcomes: readonly RuleOutcome[]
  /** Findings of its rules, the worst first; accepted ones stay, since accepting a risk does not meet a requirement. */
  readonly findings: readonly Finding[]
  /** Why it could not be assessed, wholly or for some rules. */
  readonly why: readonly { readonly code: string | null; readonly text: Text }[]
}

/** What a scan says about each control. Pure; a rule that the scan did not run counts as undecided. */
export function assess(controls: readonly Control[], result: ScanResult): AssessedControl[] {
  const byCode = new Map(result.outcomes.map((outcome) => [outcome.code, outcome]))
  return controls.map((control) => assessOne(control, byCode, result.findings))
}

function assessOne(
  control: Control,
  byCode: ReadonlyMap<string, RuleOutcome>,
  findings: readonly Finding[],
): AssessedControl {
  if (control.assessment.by === 'nothing') {
    const why = [{ code: null, text: control.assessment.why }]
    return { control, state: 'notAssessable', outcomes: [], findings: [], why }
  }
  const codes = rulesOf(control)
  const outcomes = codes.flatMap((code) => byCode.get(code) ?? [])
  const notRun = codes.filter((code) => !byCode.has(code))
  return {
    control,
    state: stateOf(outcomes, notRun.length),
    outcomes,
    findings: findings.filter((finding) => codes.includes(finding.code)),
    why: [
      ...notRun.map((code) => ({ code, text: didNotRun })),
      ...outcomes.flatMap(({ code, unknown }) => unknown.map((text) => ({ code, text }))),
    ],
  }
}

const didNotRun: Text = {
  en: 'This scan did not run the rule.',
  pt: 'Esta leitura não executou a regra.',
}

/** One failure is enough; without one, a single doubt keeps it open; with nothing to look at it does not apply. */
function stateOf(outcomes: readonly RuleOutcome[], notRun: number): ControlState {
  const has = (outcome: RuleOutcome['outcome']) => outcomes.some((each) => each.outcome === outcome)
  if (has('fail')) return 'notMet'
  // A pass that had doubts about some objects is no pass here.
  if (notRun > 0 || has('unknown') || outcomes.some((each) => each.unknown.length > 0)) return 'notAssessable'
  if (has('pass')) return 'met'
  return outcomes.length === 0 ? 'notAssessable' : 'notApplicable'
}
