import type { Severity } from '@/lib/rules/rule'
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

export interface Terminal {
  /** Colour is for a terminal only; glyph and word always say the same. */
  readonly colour: boolean
  /** Columns; at least 60 are used. */
  readonly width: number
  readonly language?: Language
}

/** The sign of a severity; the word always stands beside it. */
export const glyphs: Readonly<Record<Severity, string>> = { critical: '◆', high: '▲', medium: '●', low: '○' }
/** SGR codes. */
export const shades: Readonly<Record<Severity, string>> = {
  critical: '1;31',
  high: '31',
  medium: '33',
  low: '36',
}

/** For a person in a terminal: findings by severity, the rules that could not be decided, the sum at the end. */
export const reportAsText = (report: ScanReport, terminal: Terminal): Iterable<string> =>
  joined(linesOf(report, terminal))

function* linesOf(report: ScanReport, terminal: Terminal): Generator<string> {
  const w = words[terminal.language ?? 'en']
  const paint = painter(terminal.colour)
  const counts = countBySeverity(report)
  const undecided = report.rules.filter((rule) => rule.unknown.length > 0)
  const width = Math.max(60, Math.min(terminal.width, 120))
  const measureWidth = Math.max(0, ...report.score.measures.map((m) => m.title.length))
  yield `${paint('1', report.database.name)}  PostgreSQL ${serverVersionText(report.database.serverVersion)}  ${report.database.takenAt}`
  yield ''
  for (const finding of report.findings) {
    yield* findingLines(finding, terminal, width)
    yield ''
  }
  yield* [
    ...(report.findings.length === 0 ? [w.noFindings, ''] : []),
    ...(undecided.length > 0
      ? [
          paint('1', `? ${w.unknown}`),
          ...undecided.flatMap((rule) =>
            rule.unknown
              .flatMap((why) => wrap(why, width - 8))
              .map((line, index) => `  ${(index === 0 ? rule.code : '').padEnd(6)}${line}`),
          ),
          '',
        ]
      : []),
    ...(report.refuted
      ? [
          paint('1', `✓ ${w.refuted}`),
          ...report.refuted.map(({ key, code }) => `  ${code.padEnd(6)}${key}`),
          '',
        ]
      : []),
    paint('1', scoreIn(w, report.score)),
    ...report.score.measures.map(
      (m) =>
        `  ${m.title.padEnd(measureWidth)}  ${m.points.toFixed(1).padStart(5)} / ${m.weight}  ${m.covered} / ${m.total}`,
    ),
    ...(report.score.cap ? [report.score.cap.because] : []),
    `${w.rulesBy(report.outcomes)}.`,
    ...(report.baseline
      ? [`${w.baseline(report.baseline.known, report.baseline.new, report.baseline.resolved.length)}.`]
      : []),
    `${w.findings}: ${severities.map((s) => paint(counts[s] > 0 ? shades[s] : '2', `${glyphs[s]} ${counts[s]} ${w.severity[s]}`)).join('  ')}`,
    '',
  ]
}

function findingLines(finding: ReportFinding, terminal: Terminal, width: number): string[] {
  const w = words[terminal.language ?? 'en']
  const paint = painter(terminal.colour)
  const widest = Math.max(...severities.map((s) => w.severity[s].length))
  const mark = `${glyphs[finding.severity]} ${w.severity[finding.severity].padEnd(widest)}`
  const flags = [
    finding.new ? w.isNew : '',
    finding.waiver ? `${w.waived}: ${finding.waiver.reason}` : '',
  ].filter(Boolean)
  const indent = '  '
  return [
    `${paint(shades[finding.severity], mark)}  ${finding.code}  ${paint('1', printable(objectName(finding.object)))}  ${paint('2', finding.rule)}${flags.length > 0 ? `  [${flags.join(', ')}]` : ''}`,
    ...wrap(finding.message, width - 2).map((line) => indent + line),
    ...finding.fix.sql.map(
      (statement) => `${indent}${paint('32', `${printable(statement).replaceAll('\n', `\n${indent}`)};`)}`,
    ),
    ...(finding.fix.sql.length === 0 && finding.fix.advice
      ? wrap(`${w.noLock} ${finding.fix.advice}`, width - 2).map((line) => indent + line)
      : []),
    ...(finding.fix.lock
      ? wrap(`${w.lock}: ${finding.fix.lock}`, width - 2).map((l) => paint('2', indent + l))
      : []),
  ]
}

const painter = (colour: boolean) => (code: string, text: string) =>
  colour && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text

/** Identifiers may hold escape sequences; a terminal must not obey them. Line feeds of SQL stay. */
const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\ufffd')

/** Lines of at most `width` columns, without control characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of printable(text).split(/\s+/).filter(Boolean)) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line ? `${line} ${word}` : word
  }
  return line ? [...lines, line] : lines
}
