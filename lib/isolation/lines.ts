import { partsOfId } from './names'
import type { Channel, Finding, IsolationCommand, Verdict } from './types'

/** One line of the result: a relation, a role, a command and a channel; the principal is the one whose verdict it is. */
export type Line = Finding

/** What a line is made of, with or without reasons. */
type LineOf = Pick<Finding, 'relation' | 'role' | 'command' | 'channel' | 'verdict' | 'by'>

export type LineCommand = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'
export const lineCommands: readonly LineCommand[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']

/** Worst first: a leak decides, then a doubt; what cannot be reached at all says least. */
export const verdictOrder: readonly Verdict[] = ['leaks', 'unknown', 'isolated', 'unreachable']

const rank = (verdict: Verdict) => verdictOrder.indexOf(verdict)

/**
 * Findings by relation, role, command and channel, the worst verdict of the principals deciding. Emptying a table
 * deletes its rows, so TRUNCATE counts for DELETE; calling a function reads, so EXECUTE is SELECT.
 */
export function linesOf<F extends LineOf>(findings: readonly F[]): readonly F[] {
  const lines = new Map<string, F>()
  for (const finding of findings) {
    const command = lineCommand(finding.command)
    const key = JSON.stringify([finding.relation, finding.role, command, finding.channel])
    const known = lines.get(key)
    if (!known || rank(finding.verdict) < rank(known.verdict)) lines.set(key, { ...finding, command })
    else if (finding.verdict === known.verdict && finding.by !== known.by)
      lines.set(key, { ...known, by: weaker(known.by, finding.by) })
  }
  return [...lines.values()].sort(inOrder)
}

/** Lines of their own for TRUNCATE, beside those of DELETE that it counts for: where a role may empty a table. */
export const truncateLines = <F extends LineOf>(findings: readonly F[]): readonly F[] =>
  linesOf(findings.filter(({ command, verdict }) => command === 'TRUNCATE' && verdict !== 'unreachable')).map(
    (line) => ({ ...line, command: 'TRUNCATE' }),
  )

/** The command of its line that a finding counts for. */
export function lineCommand(command: IsolationCommand): LineCommand {
  if (command === 'EXECUTE') return 'SELECT'
  return command === 'TRUNCATE' ? 'DELETE' : command
}

/** Several principals are only as surely known as the least of them. */
const weaker = (a: Finding['by'], b: Finding['by']): Finding['by'] => (a === 'both' ? b : a)

const channelOrder: readonly Channel[] = ['row', 'covert', 'session']

/** Lines by relation, role, command and channel. */
export function inOrder(a: LineOf, b: LineOf): number {
  return (
    (a.relation < b.relation ? -1 : a.relation > b.relation ? 1 : 0) ||
    (a.role < b.role ? -1 : a.role > b.role ? 1 : 0) ||
    lineCommands.indexOf(lineCommand(a.command)) - lineCommands.indexOf(lineCommand(b.command)) ||
    channelOrder.indexOf(a.channel) - channelOrder.indexOf(b.channel)
  )
}

/** How many lines have each verdict. */
export function countVerdicts(lines: readonly Pick<Line, 'verdict'>[]): Readonly<Record<Verdict, number>> {
  const counts = { leaks: 0, unknown: 0, isolated: 0, unreachable: 0 }
  for (const { verdict } of lines) counts[verdict]++
  return counts
}

/** Schema and name of a line, raw; a function's name carries its argument types. */
export const nameOf = (line: Pick<Line, 'relation'>) => partsOfId(line.relation)
