import { readFileSync } from 'node:fs'
import Ajv from 'ajv'
import { parse as parseJunit, type TestSuites } from 'junit2json'
import type { Log } from 'sarif'
import { expect, test } from 'vitest'
import { reportAsCsv } from './csv'
import { reportAsJson } from './json'
import { reportAsJunit } from './junit'
import { reportAsMarkdown } from './markdown'
import type { ReportFinding, ScanReport } from './report'
import { reportAsSarif } from './sarif'
import { reportAsText } from './text'

const whole = (pieces: Iterable<string>) => [...pieces].join('')

const rule = (
  id: string,
  code: string,
  more: Partial<ScanReport['rules'][number]> = {},
): ScanReport['rules'][number] => ({
  id,
  code,
  title: `Title of ${code}`,
  group: 'keys',
  outcome: 'pass',
  severity: 'high',
  checked: 3,
  unknown: [],
  why: `Why <${code}> & "so"`,
  references: ['LGPD art. 46'],
  ...more,
})

const finding = (name: string, more: Partial<ReportFinding> = {}): ReportFinding => ({
  key: `no-primary-key:public.${name}`,
  rule: 'no-primary-key',
  code: 'K01',
  severity: 'high',
  object: { kind: 'table', schema: 'public', name, column: null, part: null },
  message: `${name} has <no> key & "none" | at all.`,
  evidence: { rows: 1 },
  fix: { sql: ['alter table x add primary key (id)'], lock: 'ACCESS EXCLUSIVE', advice: 'Look first.' },
  references: ['LGPD art. 46'],
  waiver: null,
  ...more,
})

const report: ScanReport = {
  tabellion: '0.1.0',
  database: { name: 'clinic', serverVersion: 180004, takenAt: '2026-01-02T03:04:05.678Z' },
  score: {
    value: 79,
    sum: 84.5,
    measures: [{ id: 'keys', title: 'Keys', weight: 20, points: 10, covered: 1, total: 2, unknown: 0 }],
    cap: { at: 89, because: 'Never above 89.' },
  },
  outcomes: { pass: 1, fail: 1, notApplicable: 1, unknown: 1 },
  rules: [
    rule('no-primary-key', 'K01', { outcome: 'fail' }),
    rule('other', 'K02'),
    rule('absent', 'K03', { outcome: 'notApplicable', checked: 0 }),
    rule('blind', 'X01', { outcome: 'unknown', group: 'scanner', unknown: ['Hidden <thing>.'] }),
  ],
  findings: [
    finding('odd "name" </td>\u001b[31m\u0007|`'),
    finding('=cmd()'),
    finding('known', {
      waiver: { kind: 'by design', reason: 'staging', approvedBy: 'dpo', until: '2999-01-01' },
    }),
  ],
}

test('every format tells every finding and every doubt', () => {
  const texts = [
    whole(reportAsJson(report)),
    whole(reportAsCsv(report)),
    whole(reportAsJunit(report)),
    whole(reportAsSarif(report)),
    whole(reportAsMarkdown(report)),
    whole(reportAsText(report, { colour: false, width: 100 })),
  ]
  for (const text of texts) {
    for (const word of ['cmd()', 'known', 'Hidden', 'alter table x add primary key (id)', 'staging'])
      if (!(text.startsWith('# ') && word === 'staging')) expect(text).toContain(word)
    expect(text.endsWith('\n')).toBe(true)
  }
})

test('where nothing is there to judge the score is none, not 0', () => {
  const score = {
    value: 0,
    sum: 0,
    cap: null,
    measures: report.score.measures.map((m) => ({ ...m, total: 0 })),
  }
  const none = { ...report, score }
  expect(whole(reportAsText(report, { colour: false, width: 100 }))).toContain('Score 79 of 100')
  expect(whole(reportAsText(none, { colour: false, width: 100 }))).toContain('Score – (nothing to judge)')
  expect(whole(reportAsMarkdown(none, 'pt'))).toContain('Pontuação – (nada a avaliar)')
})

test('the JSON is the report, to the last byte what it would be whole', () => {
  expect(JSON.parse(whole(reportAsJson(report)))).toEqual(report)
  const hostile = [finding('"findings": []'), finding('\n  "findings": []')]
  for (const findings of [report.findings, hostile, []]) {
    const each = { ...report, findings }
    expect(whole(reportAsJson(each))).toBe(`${JSON.stringify(each, null, 2)}\n`)
    const sarif = whole(reportAsSarif(each))
    expect(sarif).toBe(`${JSON.stringify(JSON.parse(sarif), null, 2)}\n`)
    expect((JSON.parse(sarif) as Log).runs[0]?.results).toHaveLength(findings.length)
  }
})

test('SARIF names its rules by index, fingerprints its results and suppresses what is waived', () => {
  const log = JSON.parse(whole(reportAsSarif(report))) as Log
  expect(log.version).toBe('2.1.0')
  const [run] = log.runs
  const rules = run?.tool.driver.rules ?? []
  for (const result of run?.results ?? []) {
    expect(rules[result.ruleIndex ?? -1]?.id).toBe(result.ruleId)
    expect(result.level).toBe('error')
    expect(result.partialFingerprints?.['tabellionKey/v1']).toMatch(/^no-primary-key:/)
    const uri = result.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? ''
    expect(new URL(uri, 'file:///').href).toBe(`file:///${uri}`)
  }
  expect(run?.results?.map((result) => result.suppressions?.length ?? 0)).toEqual([0, 0, 1])
  expect(run?.invocations?.[0]?.toolExecutionNotifications?.[0]?.associatedRule?.id).toBe('blind')
})

test('SARIF is what its published schema demands, with a baseline too', () => {
  const draft04 = JSON.parse(
    readFileSync('node_modules/ajv/lib/refs/json-schema-draft-04.json', 'utf8'),
  ) as object
  const schema = JSON.parse(
    readFileSync('node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', 'utf8'),
  ) as object
  const ajv = new Ajv({ schemaId: 'id', meta: false, allErrors: true })
  ajv.addMetaSchema(draft04)
  const valid = ajv.compile(schema)
  const errorsOf = (sarif: string) => {
    void valid(JSON.parse(sarif))
    return (valid.errors ?? []).map(({ dataPath, message }) => `${dataPath} ${message ?? ''}`)
  }
  expect(errorsOf(whole(reportAsSarif(report)))).toEqual([])
  const fresh = report.findings.map((finding, at) => ({ ...finding, new: at === 0 }))
  expect(errorsOf(whole(reportAsSarif({ ...report, findings: fresh })))).toEqual([])
  // It would notice.
  expect(errorsOf(whole(reportAsSarif(report)).replace('"runs"', '"rums"'))).not.toEqual([])
  // SARIF 2.1.0 with errata 01 differs from this draft in these properties alone, and none of them is used.
  for (const sarif of [whole(reportAsSarif(report)), whole(reportAsSarif({ ...report, findings: fresh }))]) {
    expect(sarif).not.toMatch(/"(\w*[gG]uids?|language|roles)":/)
  }
})

test('a JUnit reader finds every case, failure and skip', async () => {
  const suites = (await parseJunit(whole(reportAsJunit(report)))) as TestSuites
  expect(suites).toMatchObject({ name: 'tabellion', tests: 6, failures: 2 })
  const cases = suites.testsuite?.flatMap((suite) => suite.testcase ?? []) ?? []
  expect(cases).toHaveLength(6)
  expect(cases.filter((each) => each.failure)).toHaveLength(2)
  expect(cases.filter((each) => each.skipped)).toHaveLength(3)
  for (const suite of suites.testsuite ?? []) expect(suite.testcase).toHaveLength(suite.tests ?? -1)
  expect(cases.find((each) => each.failure)?.failure?.[0]?.message).toMatch(/^(critical|high): /)
})

test('JUnit is well-formed, counts what it holds, and skips what is waived, unknown or not applicable', () => {
  const xml = whole(reportAsJunit(report))
  const { elements, texts } = parseXml(xml)
  const of = (name: string) => elements.filter((element) => element.name === name)
  expect(of('testsuites')[0]?.attributes).toMatchObject({
    tests: '6',
    failures: '2',
    skipped: '3',
    errors: '0',
  })
  expect(of('testcase')).toHaveLength(6)
  expect(of('failure')).toHaveLength(2)
  expect(of('skipped').map((element) => element.attributes['message'])).toEqual([
    'waived: by design, staging',
    'not applicable',
    'unknown: Hidden <thing>.',
  ])
  // oxlint-disable-next-line no-control-regex
  expect(texts.join('')).not.toMatch(/[\u0000-\u0008\u001b]/)
})

test('no cell of the CSV is a formula, and quotes survive', () => {
  const rows = whole(reportAsCsv(report)).split('\r\n')
  expect(rows).toHaveLength(6)
  expect(whole(reportAsCsv(report))).toContain(`'=cmd()`)
  expect(whole(reportAsCsv(report))).toContain('"odd ""name"" </td>')
})

test('Markdown cannot be broken out of by a name', () => {
  const lines = whole(reportAsMarkdown(report)).split('\n')
  expect(lines.find((line) => line.startsWith('| high') && line.includes('odd'))).toContain('\\</td\\>')
  for (const line of lines.filter((each) => each.startsWith('| high')))
    expect(line.replaceAll('\\|', '').split('|')).toHaveLength(6)
})

test('a name cannot send escape sequences to the terminal, and colour comes on demand', () => {
  expect(whole(reportAsText(report, { colour: false, width: 80 }))).not.toContain('\u001b')
  const coloured = whole(reportAsText(report, { colour: true, width: 80 }))
  expect(coloured).toContain('\u001b[31m▲ high')
  expect(coloured).not.toContain('\u001b[31m\u0007')
})

const decode = (text: string) => {
  expect(text).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#10;)|</)
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#10;', '\n')
    .replaceAll('&amp;', '&')
}

/** A reader strict enough to notice a wrong nesting, a bare ampersand or an unquoted attribute. */
function parseXml(xml: string) {
  const elements: { name: string; attributes: Record<string, string> }[] = []
  const texts: string[] = []
  const open: string[] = []
  for (const [, text = '', closing, name = '', rest = '', alone] of xml
    .replace(/^<\?xml[^>]*\?>/, '')
    .matchAll(/([^<]*)<(\/)?([\w.]+)((?:\s+[\w.]+="[^"<]*")*)\s*(\/)?>/g)) {
    texts.push(decode(text))
    if (closing) expect(open.pop()).toBe(name)
    else {
      elements.push({
        name,
        attributes: Object.fromEntries(
          [...rest.matchAll(/([\w.]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, decode(value)]),
        ),
      })
      if (!alone) open.push(name)
    }
  }
  expect(open).toEqual([])
  return { elements, texts }
}
