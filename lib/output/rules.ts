import { controlsServedBy } from '@/lib/controls/all'
import { citation } from '@/lib/controls/control'
import { remedyOf } from '@/lib/explain/remedies'
import type { Rule } from '@/lib/rules/rule'
import { glyphs, shades, wrap, type Terminal } from './text'
import { words, type Language } from './words'

/** Examples name roles as `:role`, for each run of the tests its own; a reader sees an ordinary name. */
export const named = (text: string) =>
  text.replaceAll(/(?<![:\w]):role(_\w+)?\b/g, (_, suffix: string | undefined) => `app${suffix ?? ''}`)

export const rulesAsJson = (rules: readonly Rule[], language: Language): string =>
  `${JSON.stringify(
    rules.map((rule) => ({
      id: rule.id,
      code: rule.code,
      group: rule.group,
      severity: rule.severity,
      title: rule.title[language],
      why: rule.why[language],
      remedy: remedyOf(rule.code)[language],
      requirements: controlsServedBy(rule.code).map(citation),
      references: rule.references,
      example: {
        clean: named(rule.example.clean),
        broken: named(rule.example.broken),
        hits: rule.example.hits.map(named),
      },
    })),
    null,
    2,
  )}\n`

/** One line for each rule, by code. */
export function rulesAsText(rules: readonly Rule[], terminal: Terminal): string {
  const language = terminal.language ?? 'en'
  const w = words[language]
  const widest = Math.max(...rules.map((rule) => rule.id.length))
  const mark = Math.max(...Object.values(w.severity).map((word) => word.length))
  const lines = [...rules]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map((rule) => {
      const severity = `${glyphs[rule.severity]} ${w.severity[rule.severity].padEnd(mark)}`
      const shown = terminal.colour ? `\u001b[${shades[rule.severity]}m${severity}\u001b[0m` : severity
      return `${rule.code}  ${shown}  ${rule.id.padEnd(widest)}  ${rule.title[language]}`
    })
  return `${lines.join('\n')}\n`
}

/** What one rule looks for and why, and the SQL that shows it. */
export function ruleAsText(rule: Rule, terminal: Terminal): string {
  const language = terminal.language ?? 'en'
  const w = words[language]
  const width = Math.max(60, Math.min(terminal.width, 120))
  const bold = (text: string) => (terminal.colour ? `\u001b[1m${text}\u001b[0m` : text)
  const sql = (text: string) =>
    named(text)
      .split('\n')
      .map((line) => `  ${line.trim()}`)
  return `${[
    `${bold(`${rule.code} ${rule.title[language]}`)}  ${rule.id}`,
    `${glyphs[rule.severity]} ${w.severity[rule.severity]}, ${w.group[rule.group]}`,
    '',
    ...wrap(rule.why[language], width),
    '',
    ...wrap(remedyOf(rule.code)[language], width),
    '',
    language === 'pt' ? 'Sem achado:' : 'Silent:',
    ...sql(rule.example.clean),
    '',
    `${language === 'pt' ? 'Achado' : 'Found'}${rule.example.hits.length > 0 ? ` (${rule.example.hits.map(named).join(', ')})` : ''}:`,
    ...sql(rule.example.broken),
    '',
    ...wrap(
      `${language === 'pt' ? 'Requisitos' : 'Requirements'}: ${controlsServedBy(rule.code).map(citation).join('; ')}`,
      width,
    ),
    `${w.references}: ${rule.references.join('; ')}`,
  ].join('\n')}\n`
}
