import type { Group } from '@/lib/rules/rule'
import { gather } from '@/lib/rules/gather'
import { joined } from './pieces'
import { objectName, type ReportFinding, type ReportRule, type ScanReport } from './report'

/**
 * JUnit XML: a suite for each group, a case for each finding and for each rule without one. A finding is a failure, a
 * waived one and whatever could not be decided or does not apply is skipped with its reason.
 */
export const reportAsJunit = (report: ScanReport): Iterable<string> => joined(linesOf(report))

function* linesOf(report: ScanReport): Generator<string> {
  const byRule = new Map<string, ReportFinding[]>()
  for (const finding of report.findings) gather(byRule, finding.rule, finding)
  const casesOfGroup = (group: Group) =>
    report.rules
      .filter((rule) => rule.group === group)
      .flatMap((rule) => casesOf(byRule.get(rule.id) ?? [], rule))
  const groups = [...new Set(report.rules.map((rule) => rule.group))]
  const counts = groups.map((group) => countOf(casesOfGroup(group)))
  const total = (name: keyof Count) => counts.reduce((sum, count) => sum + count[name], 0)
  yield '<?xml version="1.0" encoding="UTF-8"?>'
  yield `<testsuites name="tabellion" tests="${total('tests')}" failures="${total('failures')}" errors="0" skipped="${total('skipped')}" time="0">`
  for (const [at, group] of groups.entries()) {
    yield headOf(report, group, counts[at]!)
    for (const each of casesOfGroup(group)) yield each.xml()
    yield '  </testsuite>'
  }
  yield '</testsuites>'
  yield ''
}

interface Count {
  readonly tests: number
  readonly failures: number
  readonly skipped: number
}

const countOf = (cases: readonly Case[]): Count => ({
  tests: cases.length,
  failures: cases.filter(({ outcome }) => outcome === 'failure').length,
  skipped: cases.filter(({ outcome }) => outcome === 'skipped').length,
})

function headOf(report: ScanReport, group: Group, { tests, failures, skipped }: Count): string {
  const head = [
    `name="${escape(`tabellion.${group}`)}"`,
    `tests="${tests}"`,
    `failures="${failures}"`,
    'errors="0"',
    `skipped="${skipped}"`,
    'time="0"',
    `timestamp="${report.database.takenAt.slice(0, 19)}"`,
    `hostname="${escape(report.database.name)}"`,
  ]
  return `  <testsuite ${head.join(' ')}>`
}

interface Case {
  readonly outcome: 'passed' | 'failure' | 'skipped'
  /** Put into words when it is written. */
  readonly xml: () => string
}

function casesOf(findings: readonly ReportFinding[], rule: ReportRule): Case[] {
  const undecided =
    rule.unknown.length > 0 ? [skipped(rule, rule.code, `unknown: ${rule.unknown.join(' ')}`)] : []
  if (findings.length > 0) return [...findings.map((finding) => caseOf(rule, finding)), ...undecided]
  if (undecided.length > 0) return undecided
  if (rule.outcome === 'pass')
    return [{ outcome: 'passed', xml: () => `    <testcase ${named(rule, rule.title)} />` }]
  return [skipped(rule, rule.title, rule.outcome === 'unknown' ? 'unknown' : 'not applicable')]
}

function caseOf(rule: ReportRule, finding: ReportFinding): Case {
  const { waiver } = finding
  if (waiver) return skipped(rule, objectName(finding.object), `waived: ${waiver.kind}, ${waiver.reason}`)
  return { outcome: 'failure', xml: () => failure(rule, finding) }
}

function failure(rule: ReportRule, finding: ReportFinding): string {
  const fix = finding.fix.sql.map((statement) => `${statement};`).join('\n')
  const body = [finding.message, fix, finding.fix.advice, finding.references.join('; ')]
    .filter(Boolean)
    .join('\n\n')
  return [
    `    <testcase ${named(rule, objectName(finding.object))}>`,
    `      <failure message="${escape(`${finding.severity}: ${finding.message}`)}" type="${finding.severity}">${escape(body)}</failure>`,
    '    </testcase>',
  ].join('\n')
}

const skipped = (rule: ReportRule, name: string, message: string): Case => ({
  outcome: 'skipped',
  xml: () =>
    [
      `    <testcase ${named(rule, name)}>`,
      `      <skipped message="${escape(message)}" />`,
      '    </testcase>',
    ].join('\n'),
})

const named = (rule: ReportRule, name: string) =>
  `classname="${escape(`${rule.code}.${rule.id}`)}" name="${escape(name)}" time="0"`

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

/** XML 1.0 has no way to write most control characters: an identifier that holds one shows a replacement sign. */
function escape(text: string): string {
  let clean = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const allowed =
      code === 9 ||
      code === 10 ||
      (code >= 0x20 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd) ||
      code >= 0x10000
    clean += allowed ? (entities[character] ?? character) : '\ufffd'
  }
  return clean
}
