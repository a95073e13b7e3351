import { objectName, type ReportFinding, type ScanReport } from './report'

/** RFC 4180 with CRLF. A cell that a spreadsheet would run as a formula gets an apostrophe before it. */
export const csv = (rows: readonly (readonly (string | number | null)[])[]): string =>
  rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One line for each finding; a rule that could not be decided has a line with outcome `unknown` and no object. */
export function* reportAsCsv(report: ScanReport): Generator<string> {
  const head = [
    'key',
    'code',
    'rule',
    'outcome',
    'severity',
    'kind',
    'schema',
    'name',
    'column',
    'part',
    'object',
    'message',
    'fix',
    'lock',
    'advice',
    'references',
    'waiver',
    ...(report.baseline ? ['new'] : []),
  ]
  yield csv([head])
  for (const finding of report.findings) yield csv([rowOf(finding, report)])

  const undecided = report.rules
    .filter((rule) => rule.unknown.length > 0)
    .map((rule) => [
      rule.id,
      rule.code,
      rule.id,
      'unknown',
      rule.severity,
      ...Array<null>(6).fill(null),
      rule.unknown.join(' '),
      '',
      '',
      '',
      rule.references.join('; '),
      '',
      ...(report.baseline ? [''] : []),
    ])
  yield csv(undecided)
}

const rowOf = (f: ReportFinding, { baseline }: ScanReport) => [
  f.key,
  f.code,
  f.rule,
  'fail',
  f.severity,
  f.object.kind,
  f.object.schema,
  f.object.name,
  f.object.column,
  f.object.part,
  objectName(f.object),
  f.message,
  f.fix.sql.map((statement) => `${statement};`).join('\n'),
  f.fix.lock,
  f.fix.advice,
  f.references.join('; '),
  f.waiver ? `${f.waiver.kind}: ${f.waiver.reason}` : '',
  ...(baseline ? [f.new ? 'yes' : 'no'] : []),
]
