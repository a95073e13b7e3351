import { joined } from './pieces'
import {
  countBySeverity,
  objectName,
  serverVersionText,
  severities,
  type ReportFinding,
  type ScanReport,
} from './report'
import { scoreIn, words, type Language } from './words'

/** A report for a pull request or a wiki: summary, a table of findings, each with its fix, and what stays unknown. */
export const reportAsMarkdown = (report: ScanReport, language: Language = 'en'): Iterable<string> =>
  joined(linesOf(report, language))

function* linesOf(report: ScanReport, language: Language): Generator<string> {
  const w = words[language]
  const counts = countBySeverity(report)
  const undecided = report.rules.filter((rule) => rule.unknown.length > 0)
  yield* [
    `# Tabellion: ${text(report.database.name)}`,
    '',
    `PostgreSQL ${serverVersionText(report.database.serverVersion)} · ${report.database.takenAt} · Tabellion ${report.tabellion}`,
    '',
    `**${scoreIn(w, report.score)}.** ${severities.map((s) => `${counts[s]} ${w.severity[s]}`).join(', ')}.`,
    '',
    `${w.rulesBy(report.outcomes)}.`,
    ...(report.score.cap ? ['', text(report.score.cap.because)] : []),
    ...(report.baseline
      ? ['', `${w.baseline(report.baseline.known, report.baseline.new, report.baseline.resolved.length)}.`]
      : []),
    '',
    ...(report.score.measures.length > 0
      ? [
          `| ${w.measure} | ${w.points} | |`,
          '|---|---:|---|',
          ...report.score.measures.map(
            (m) => `| ${text(m.title)} | ${m.points} / ${m.weight} | ${m.covered} / ${m.total} |`,
          ),
          '',
        ]
      : []),
    `## ${w.findings}`,
    '',
  ]
  if (report.findings.length === 0) yield* [w.noFindings, '']
  else {
    yield* [`| | ${w.rule} | ${w.object} | |`, '|---|---|---|---|']
    for (const f of report.findings)
      yield `| ${w.severity[f.severity]}${flags(f, language)} | ${f.code} ${f.rule} | ${text(objectName(f.object))} | ${text(f.message)} |`
    yield ''
    for (const finding of report.findings) yield* section(finding, language)
  }
  yield* [
    ...(undecided.length > 0
      ? [
          `## ${w.unknown}`,
          '',
          ...undecided.map((rule) => `- **${rule.code} ${rule.id}**: ${text(rule.unknown.join(' '))}`),
          '',
        ]
      : []),
    ...(report.refuted
      ? [
          `## ${w.refuted}`,
          '',
          ...report.refuted.map(({ key, code, why }) => `- **${code}** ${text(key)}: ${text(why)}`),
          '',
        ]
      : []),
  ]
}

function flags(finding: ReportFinding, language: Language): string {
  const w = words[language]
  return `${finding.new ? `, ${w.isNew}` : ''}${finding.waiver ? `, ${w.waived}` : ''}`
}

function section(finding: ReportFinding, language: Language): string[] {
  const w = words[language]
  const fence = '`'.repeat(Math.max(3, longestRun(finding.fix.sql.join('\n')) + 1))
  return [
    `### ${finding.code} ${text(objectName(finding.object))}`,
    '',
    `${w.severity[finding.severity]}${flags(finding, language)}. ${text(finding.message)}`,
    '',
    ...(finding.waiver
      ? [
          `${w.waived}: ${finding.waiver.kind}. ${text(finding.waiver.reason)} (${text(finding.waiver.approvedBy)}, ${finding.waiver.until})`,
          '',
        ]
      : []),
    ...(finding.fix.sql.length > 0
      ? [`${fence}sql`, ...finding.fix.sql.map((statement) => `${statement};`), fence, '']
      : []),
    ...(finding.fix.lock ? [`${w.lock}: ${text(finding.fix.lock)}`, ''] : []),
    ...(finding.fix.advice ? [text(finding.fix.advice), ''] : []),
    ...(finding.references.length > 0 ? [`${w.references}: ${text(finding.references.join('; '))}`, ''] : []),
  ]
}

const longestRun = (sql: string) => Math.max(0, ...(sql.match(/`+/g) ?? []).map((run) => run.length))

/** Names come from the database: nothing in them may become a link, a tag, a cell or a heading. */
const text = (value: string): string =>
  value
    .replaceAll(/[\\`*_{}[\]<>#|~]/g, (character) => (character === '_' ? '_' : `\\${character}`))
    .replaceAll(/\s*\r?\n\s*/g, ' ')
