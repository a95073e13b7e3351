import type { Snapshot } from '@/lib/catalog/types'
import type { Change } from '@/lib/drift/compare'
import { shown } from '@/lib/drift/shown'
import type { Weight, Weighed } from '@/lib/drift/weigh'
import { changeName } from './change-name'
import { serverVersionText } from './report'
import type { Terminal } from './text'
import type { Language } from './words'

const side = (s: Snapshot) => ({ name: s.database, serverVersion: s.server.version, takenAt: s.takenAt })

/** `because` is in the language asked for; the weights are safe, notable and dangerous in any. */
export const changesAsJson = (
  a: Snapshot,
  b: Snapshot,
  changes: readonly Weighed[],
  language: Language,
): string =>
  `${JSON.stringify({ before: side(a), after: side(b), changes: changes.map((c) => ({ ...c, because: c.because[language] })) }, null, 2)}\n`

const marks: Readonly<Record<Weight, readonly [mark: string, code: string]>> = {
  dangerous: ['◆', '31'],
  notable: ['●', '33'],
  safe: ['○', '2'],
}

const said = {
  en: {
    dangerous: 'dangerous',
    notable: 'notable',
    safe: 'safe',
    none: 'No difference.',
    sum: (added: number, removed: number, changed: number, dangerous: number) =>
      `${added} added, ${removed} removed, ${changed} changed; ${dangerous} dangerous.`,
  },
  pt: {
    dangerous: 'perigosa',
    notable: 'notável',
    safe: 'segura',
    none: 'Nenhuma diferença.',
    sum: (added: number, removed: number, changed: number, dangerous: number) =>
      `Mudanças: ${added} incluídas, ${removed} excluídas, ${changed} alteradas; ${dangerous} perigosas.`,
  },
} as const

const signs = { added: ['+', '32'], removed: ['-', '31'], changed: ['~', '33'] } as const

const title = (s: Snapshot) =>
  `${s.database} (PostgreSQL ${serverVersionText(s.server.version)}, ${s.takenAt})`

/** A line for each change, under a dangerous one why it is; then the counts. */
export function changesAsText(
  a: Snapshot,
  b: Snapshot,
  changes: readonly Weighed[],
  terminal: Terminal & { readonly language: Language },
): string {
  const t = said[terminal.language]
  const paint = (code: string, text: string) => (terminal.colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const lines = changes.map((change) => {
    const [sign, code] = signs[change.change]
    const [mark, shade] = marks[change.weight]
    const name = changeName(change, terminal.language)
    const detail =
      change.field === null ? '' : ` ${change.field}: ${short(change.before)} → ${short(change.after)}`
    const word = `${mark} ${t[change.weight].padEnd(9)}`
    const why = change.weight === 'dangerous' ? `\n${' '.repeat(13)}${change.because[terminal.language]}` : ''
    return `${paint(shade, word)}  ${paint(code, `${sign} ${name}`)}${detail}${why}`
  })
  const count = (kind: Change['change']) => changes.filter((c) => c.change === kind).length
  const sum =
    changes.length === 0
      ? t.none
      : t.sum(
          count('added'),
          count('removed'),
          count('changed'),
          changes.filter((c) => c.weight === 'dangerous').length,
        )
  return `${title(a)}\n${title(b)}\n\n${lines.map((line) => `${line}\n`).join('')}${lines.length > 0 ? '\n' : ''}${sum}\n`
}

function short(value: unknown): string {
  const text = shown(value).replaceAll(/\s+/g, ' ')
  // oxlint-disable-next-line no-control-regex
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
  return line.length > 100 ? `${line.slice(0, 99)}…` : line
}
