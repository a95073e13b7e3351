import type { Snapshot } from '@/lib/catalog/types'
import { lockText } from '@/lib/explain/lock-words'
import type { Rule } from '@/lib/rules/rule'
import type { ScanResult } from '@/lib/rules/run'
import type { ReportFinding, ScanReport } from './report'
import type { Language } from './words'

/** The facts of a scan in the words of one language; with a baseline, which findings are new. */
export function makeReport(
  version: string,
  snapshot: Snapshot,
  result: ScanResult,
  rules: readonly Rule[],
  options: { readonly language?: Language; readonly baseline?: ReadonlySet<string> } = {},
): ScanReport {
  const language = options.language ?? 'en'
  const { baseline } = options
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]))
  const findings = result.findings.map((finding): ReportFinding => ({
    key: finding.key,
    rule: finding.rule,
    code: finding.code,
    severity: finding.severity,
    object: finding.object,
    message: finding.message[language],
    evidence: finding.evidence,
    fix: {
      sql: finding.fix.sql,
      lock: lockText(finding.fix.lock)[language],
      advice: finding.fix.advice[language],
    },
    references: finding.references,
    waiver: finding.waiver
      ? {
          kind: finding.waiver.kind,
          reason: finding.waiver.reason,
          approvedBy: finding.waiver.approvedBy,
          until: finding.waiver.until,
        }
      : null,
    ...(baseline ? { new: !baseline.has(finding.key) } : {}),
  }))
  const refuted = result.settled
    .filter(({ how }) => how === 'refuted')
    .map(({ key, code, why }) => ({ key, code, why: why[language] }))
  const keys = new Set(findings.map((finding) => finding.key))
  const fresh = findings.filter((finding) => finding.new === true).length
  return {
    tabellion: version,
    database: { name: snapshot.database, serverVersion: snapshot.server.version, takenAt: snapshot.takenAt },
    score: {
      value: result.score.value,
      sum: result.score.sum,
      measures: result.score.measures.map((measure) => ({
        id: measure.id,
        title: measure.label[language],
        weight: measure.weight,
        points: measure.points,
        covered: measure.covered,
        total: measure.total,
        unknown: measure.unknown,
      })),
      cap: result.score.cap ? { at: result.score.cap.at, because: result.score.cap.because[language] } : null,
    },
    outcomes: result.counts.outcomes,
    rules: result.outcomes.map((outcome) => ({
      id: outcome.rule,
      code: outcome.code,
      title: outcome.title[language],
      group: outcome.group,
      outcome: outcome.outcome,
      severity: outcome.severity,
      checked: outcome.checked,
      unknown: outcome.unknown.map((why) => why[language]),
      why: ruleOf.get(outcome.rule)?.why[language] ?? '',
      references: ruleOf.get(outcome.rule)?.references ?? [],
    })),
    findings,
    ...(refuted.length > 0 ? { refuted } : {}),
    ...(baseline
      ? {
          baseline: {
            known: findings.length - fresh,
            new: fresh,
            resolved: [...baseline].filter((key) => !keys.has(key)).sort(),
          },
        }
      : {}),
  }
}
