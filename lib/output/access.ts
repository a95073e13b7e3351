import type { AccessVerdict } from '@/lib/catalog/access'
import { commands, type Command } from '@/lib/catalog/types'
import { csv } from './csv'
import type { Terminal } from './text'

/** One verdict as the contract's JSON has it. */
export interface AccessLine {
  readonly schema: string
  readonly table: string
  readonly role: string
  readonly command: Command
  readonly verdict: AccessVerdict
  readonly because: readonly string[]
}

export const accessAsJson = (lines: readonly AccessLine[]): string => `${JSON.stringify(lines, null, 1)}\n`

export const accessAsCsv = (lines: readonly AccessLine[]): string =>
  csv([
    ['schema', 'table', 'role', 'command', 'verdict', 'because'],
    ...lines.map((l) => [l.schema, l.table, l.role, l.command, l.verdict, l.because.join('; ')]),
  ])

/** The longest verdict with its sign. */
const column = 16

/** A sign and a colour beside the word, which is what counts. */
const signs: Readonly<Record<AccessVerdict, readonly [sign: string, code: string]>> = {
  'no-grant': ['·', '2'],
  denied: ['–', '2'],
  filtered: ['◐', '32'],
  open: ['◆', '1;31'],
  'open-by-policy': ['◇', '31'],
  bypass: ['▲', '33'],
  unknown: ['?', '35'],
}

/** A matrix: a line for each table and role that has any access, a column for each command. */
export function accessAsText(database: string, lines: readonly AccessLine[], terminal: Terminal): string {
  const paint = (code: string, text: string) => (terminal.colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const rows = new Map<string, Map<string, Map<Command, AccessVerdict>>>()
  for (const line of lines) {
    const name = `${line.schema}.${line.table}`
    const table = rows.get(name) ?? new Map<string, Map<Command, AccessVerdict>>()
    rows.set(name, table)
    const role = table.get(line.role) ?? new Map<Command, AccessVerdict>()
    table.set(line.role, role)
    role.set(line.command, line.verdict)
  }
  const shown = [...rows].map(
    ([name, roles]) =>
      [
        name,
        [...roles].filter(([, verdicts]) => [...verdicts.values()].some((v) => v !== 'no-grant')),
      ] as const,
  )
  const widest = longest(lines)
  const body = shown.flatMap(([name, roles]) => [
    paint('1', clean(name)),
    ...(roles.length === 0 ? ['  no role but superusers and the owner reaches it'] : []),
    ...roles.map(([role, verdicts]) => {
      const cells = commands.map((command) => {
        const verdict = verdicts.get(command) ?? 'unknown'
        return paint(signs[verdict][1], `${signs[verdict][0]} ${verdict}`.padEnd(column))
      })
      return `  ${clean(role).padEnd(widest)}  ${cells.join(' ').trimEnd()}`
    }),
    '',
  ])
  const head = `  ${''.padEnd(widest)}  ${commands
    .map((command) => command.padEnd(column))
    .join(' ')
    .trimEnd()}`
  return `${[paint('1', clean(database)), '', paint('2', head), ...body].join('\n')}\n`
}

/** Spread into Math.max a large database would overflow the stack. */
const longest = (lines: readonly AccessLine[]) =>
  lines.reduce((most, line) => Math.max(most, line.role.length), 4)

// oxlint-disable-next-line no-control-regex
const clean = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
