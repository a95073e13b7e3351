import type { Snapshot } from '@/lib/catalog/types'
import type { Change } from '@/lib/drift/compare'
import type { Weight, Weighed } from '@/lib/drift/weigh'
import { serverVersionText } from './report'
import type { Terminal } from './text'

const side = (s: Snapshot) => ({ name: s.database, serverVersion: s.server.version, takenAt: s.takenAt })

/** `because` is in English; the weights are safe, notable and dangerous. */
export const changesAsJson = (a: Snapshot, b: Snapshot, changes: readonly Weighed[]): string =>
  `${JSON.stringify({ before: side(a), after: side(b), changes: changes.map((c) => ({ ...c, because: c.because.en })) }, null, 2)}\n`

const marks: Readonly<Record<Weight, readonly [mark: string, code: string]>> = {
  dangerous: ['◆ dangerous', '31'],
  notable: ['● notable  ', '33'],
  safe: ['○ safe     ', '2'],
}

const signs = { added: ['+', '32'], removed: ['-', '31'], changed: ['~', '33'] } as const

const title = (s: Snapshot) =>
  `${s.database} (PostgreSQL ${serverVersionText(s.server.version)}, ${s.takenAt})`

/** One line for each change, then the counts. */
export function changesAsText(
  a: Snapshot,
  b: Snapshot,
  changes: readonly Weighed[],
  terminal: Terminal,
): string {
  const paint = (code: string, text: string) => (terminal.colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const lines = changes.map((change) => {
    const [sign, code] = signs[change.change]
    const [mark, shade] = marks[change.weight]
    const name = change.object.includes(` ${change.kind} `)
      ? change.object
      : `${change.kind} ${change.object}`
    const detail =
      change.field === null ? '' : ` ${change.field}: ${short(change.before)} → ${short(change.after)}`
    return `${paint(shade, mark)}  ${paint(code, `${sign} ${name}`)}${detail}`
  })
  const count = (kind: Change['change']) => changes.filter((c) => c.change === kind).length
  const sum =
    changes.length === 0
      ? 'No difference.'
      : `${count('added')} added, ${count('removed')} removed, ${count('changed')} changed; ${changes.filter((c) => c.weight === 'dangerous').length} dangerous.`
  return `${title(a)}\n${title(b)}\n\n${lines.map((line) => `${line}\n`).join('')}${lines.length > 0 ? '\n' : ''}${sum}\n`
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null')
  // oxlint-disable-next-line no-control-regex
  const line = text.replaceAll(/\s+/g, ' ').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
  return line.length > 100 ? `${line.slice(0, 99)}…` : line
}
