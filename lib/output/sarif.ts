import type { Log, Result, ReportingDescriptor } from 'sarif'
import type { FindingObject, Severity } from '@/lib/rules/rule'
import { jsonPieces } from './pieces'
import { objectName, type ReportFinding, type ReportRule, type ScanReport } from './report'

/** SARIF 2.1.0. What could not be decided is a notification of the invocation, never a silent absence. */
export function reportAsSarif(report: ScanReport): Iterable<string> {
  const position = new Map(report.rules.map((rule, index) => [rule.id, index]))
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Tabellion',
            semanticVersion: report.tabellion,
            version: report.tabellion,
            rules: report.rules.map(descriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: report.database.takenAt,
            toolExecutionNotifications: report.rules
              .filter((rule) => rule.unknown.length > 0)
              .map((rule) => ({
                level: 'warning' as const,
                message: { text: `${rule.code}: ${rule.unknown.join(' ')}` },
                associatedRule: { id: rule.id, index: position.get(rule.id) ?? -1 },
              })),
          },
        ],
        automationDetails: { id: `tabellion/${encodeURIComponent(report.database.name)}/` },
        results: [],
        properties: {
          database: report.database,
          score: report.score,
          outcomes: report.outcomes,
          ruleOutcomes: Object.fromEntries(report.rules.map((rule) => [rule.id, rule.outcome])),
        },
      },
    ],
  }
  return jsonPieces(log, 'results', 3, results(report.findings, position))
}

function* results(
  findings: readonly ReportFinding[],
  position: ReadonlyMap<string, number>,
): Generator<Result> {
  for (const finding of findings) yield result(finding, position.get(finding.rule) ?? -1)
}

const level = (severity: Severity) =>
  severity === 'critical' || severity === 'high' ? 'error' : severity === 'medium' ? 'warning' : 'note'

/** What GitHub sorts by: a CVSS-like figure in text. */
const securitySeverity: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
}

const descriptor = (rule: ReportRule): ReportingDescriptor => ({
  id: rule.id,
  name: rule.code,
  shortDescription: { text: rule.title },
  fullDescription: { text: rule.why },
  help: { text: [rule.why, ...rule.references].join('\n') },
  defaultConfiguration: { level: level(rule.severity) },
  properties: {
    code: rule.code,
    group: rule.group,
    outcome: rule.outcome,
    tags: ['postgresql', rule.group],
    'security-severity': securitySeverity[rule.severity],
    references: [...rule.references],
  },
})

function result(finding: ReportFinding, ruleIndex: number): Result {
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: level(finding.severity),
    message: { text: finding.message },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uri(finding.object) }, region: { startLine: 1 } },
        logicalLocations: [
          {
            name: finding.object.part ?? finding.object.column ?? finding.object.name,
            fullyQualifiedName: objectName(finding.object),
            kind: finding.object.kind,
          },
        ],
      },
    ],
    partialFingerprints: { 'tabellionKey/v1': finding.key },
    ...(finding.new === undefined
      ? {}
      : { baselineState: finding.new ? ('new' as const) : ('unchanged' as const) }),
    ...(finding.waiver
      ? {
          suppressions: [
            { kind: 'external' as const, status: 'accepted' as const, justification: finding.waiver.reason },
          ],
        }
      : {}),
    properties: {
      key: finding.key,
      code: finding.code,
      severity: finding.severity,
      object: finding.object,
      evidence: finding.evidence,
      fix: finding.fix,
      references: [...finding.references],
    },
  }
}

/** A catalog object has no file; readers that demand one get a stable made-up path, relative and encoded. */
const uri = (object: FindingObject): string =>
  ['database', object.kind, object.schema, object.name]
    .filter((part) => part !== null)
    .map((part) => encodeURIComponent(part))
    .join('/')
