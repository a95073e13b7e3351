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

/** Colour and one letter: the letter is what counts. */
const signs: Readonly<Record<AccessVerdict, readonly [letter: string, code: string]>> = {
  'no-grant': ['·', '2'],
  denied: ['–', '2'],
  filtered: ['f', '32'],
  open: ['O', '1;31'],
  'open-by-policy': ['P', '31'],
  bypass: ['B', '33'],
  unknown: ['?', '35'],
}

/** A matrix: a line for each table and role that has any access; four signs for the four commands. */
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
  const widest = Math.max(4, ...shown.flatMap(([, roles]) => roles.map(([role]) => role.length)))
  const body = shown.flatMap(([name, roles]) => [
    paint('1', clean(name)),
    ...(roles.length === 0 ? ['  no role but superusers and the owner reaches it'] : []),
    ...roles.map(
      ([role, verdicts]) =>
        `  ${clean(role).padEnd(widest)}  ${commands
          .map((command) => {
            const verdict = verdicts.get(command) ?? 'unknown'
            return paint(signs[verdict][1], signs[verdict][0])
          })
          .join(
            ' ',
          )}  ${commands.map((command) => `${command.toLowerCase()} ${verdicts.get(command) ?? 'unknown'}`).join(', ')}`,
    ),
    '',
  ])
  const legend = Object.entries(signs)
    .map(([verdict, [letter, code]]) => `${paint(code, letter)} ${verdict}`)
    .join('  ')
  return `${[paint('1', clean(database)), '', ...body, legend].join('\n')}\n`
}

// oxlint-disable-next-line no-control-regex
const clean = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
