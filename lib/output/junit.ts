import type { Group } from '@/lib/rules/rule'
import { objectName, type ReportFinding, type ReportRule, type ScanReport } from './report'

/**
 * JUnit XML: a suite for each group, a case for each finding and for each rule without one. A finding is a failure, a
 * waived one and whatever could not be decided or does not apply is skipped with its reason.
 */
export function reportAsJunit(report: ScanReport): string {
  const groups = [...new Set(report.rules.map((rule) => rule.group))]
  const suites = groups.map((group) => suite(report, group))
  const total = (name: 'tests' | 'failures' | 'skipped') => suites.reduce((sum, s) => sum + s[name], 0)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tabellion" tests="${total('tests')}" failures="${total('failures')}" errors="0" skipped="${total('skipped')}" time="0">`,
    ...suites.map((s) => s.xml),
    '</testsuites>',
    '',
  ].join('\n')
}

function suite(report: ScanReport, group: Group) {
  const cases = report.rules.filter((rule) => rule.group === group).flatMap((rule) => casesOf(report, rule))
  const count = (outcome: Case['outcome']) => cases.filter((c) => c.outcome === outcome).length
  const head = [
    `name="${escape(`tabellion.${group}`)}"`,
    `tests="${cases.length}"`,
    `failures="${count('failure')}"`,
    'errors="0"',
    `skipped="${count('skipped')}"`,
    'time="0"',
    `timestamp="${report.database.takenAt.slice(0, 19)}"`,
    `hostname="${escape(report.database.name)}"`,
  ]
  const xml = [`  <testsuite ${head.join(' ')}>`, ...cases.map((c) => c.xml), '  </testsuite>'].join('\n')
  return { xml, tests: cases.length, failures: count('failure'), skipped: count('skipped') }
}

interface Case {
  readonly outcome: 'passed' | 'failure' | 'skipped'
  readonly xml: string
}

function casesOf(report: ScanReport, rule: ReportRule): Case[] {
  const findings = report.findings.filter((finding) => finding.rule === rule.id)
  const undecided =
    rule.unknown.length > 0 ? [skipped(rule, rule.code, `unknown: ${rule.unknown.join(' ')}`)] : []
  if (findings.length > 0) return [...findings.map((finding) => caseOf(rule, finding)), ...undecided]
  if (undecided.length > 0) return undecided
  if (rule.outcome === 'pass')
    return [{ outcome: 'passed', xml: `    <testcase ${named(rule, rule.title)} />` }]
  return [skipped(rule, rule.title, rule.outcome === 'unknown' ? 'unknown' : 'not applicable')]
}

function caseOf(rule: ReportRule, finding: ReportFinding): Case {
  const name = objectName(finding.object)
  if (finding.waiver) return skipped(rule, name, `waived: ${finding.waiver.kind}, ${finding.waiver.reason}`)
  const fix = finding.fix.sql.map((statement) => `${statement};`).join('\n')
  const body = [finding.message, fix, finding.fix.advice, finding.references.join('; ')]
    .filter(Boolean)
    .join('\n\n')
  return {
    outcome: 'failure',
    xml: [
      `    <testcase ${named(rule, name)}>`,
      `      <failure message="${escape(`${finding.severity}: ${finding.message}`)}" type="${finding.severity}">${escape(body)}</failure>`,
      '    </testcase>',
    ].join('\n'),
  }
}

const skipped = (rule: ReportRule, name: string, message: string): Case => ({
  outcome: 'skipped',
  xml: [
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
