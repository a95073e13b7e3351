import { partsOfId } from './names'
import type { Channel, Counterexample, Finding, IsolationCommand, Sentence, Verdict } from './types'

/** One line of the result: a relation, a role, a command and a channel, over all principals of that role. */
export interface Line {
  /** Id of the relation or function. */
  readonly relation: string
  readonly role: string
  readonly command: IsolationCommand
  readonly channel: Channel
  readonly verdict: Verdict
  readonly by: Finding['by']
  /** The principal whose verdict this is. */
  readonly principal: string
  readonly counterexample: Counterexample | null
  readonly because: readonly Sentence[]
  readonly assumptions: readonly Sentence[]
  readonly doors: Finding['doors']
}

/** Worst first: a leak decides, then a doubt; what cannot be reached at all says least. */
export const verdictOrder: readonly Verdict[] = ['leaks', 'unknown', 'isolated', 'unreachable']

const rank = (verdict: Verdict) => verdictOrder.indexOf(verdict)

/**
 * Findings by relation, role, command and channel, the worst verdict of the principals deciding. Emptying a table
 * deletes its rows, so TRUNCATE counts for DELETE; calling a function reads, so EXECUTE is SELECT.
 */
export function linesOf(findings: readonly Finding[]): readonly Line[] {
  const lines = new Map<string, Line>()
  for (const finding of findings) {
    for (const command of commandsOf(finding.command)) {
      const key = JSON.stringify([finding.relation, finding.role, command, finding.channel])
      const known = lines.get(key)
      if (!known || rank(finding.verdict) < rank(known.verdict))
        lines.set(key, lineOf({ ...finding, command }))
      else if (finding.verdict === known.verdict && finding.by !== known.by)
        lines.set(key, { ...known, by: weaker(known.by, finding.by) })
    }
  }
  return [...lines.values()].sort(inOrder)
}

function commandsOf(command: IsolationCommand): readonly IsolationCommand[] {
  if (command === 'EXECUTE') return ['SELECT']
  return command === 'TRUNCATE' ? ['DELETE'] : [command]
}

const lineOf = ({ relation, role, command, channel, verdict, by, principal, ...rest }: Finding): Line => ({
  relation,
  role,
  command,
  channel,
  verdict,
  by,
  principal,
  counterexample: rest.counterexample,
  because: rest.because,
  assumptions: rest.assumptions,
  doors: rest.doors,
})

/** Several principals are only as surely known as the least of them. */
const weaker = (a: Finding['by'], b: Finding['by']): Finding['by'] => (a === 'both' ? b : a)

const commandOrder: readonly IsolationCommand[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
const channelOrder: readonly Channel[] = ['row', 'covert', 'session']

function inOrder(a: Line, b: Line): number {
  return (
    (a.relation < b.relation ? -1 : a.relation > b.relation ? 1 : 0) ||
    (a.role < b.role ? -1 : a.role > b.role ? 1 : 0) ||
    commandOrder.indexOf(a.command) - commandOrder.indexOf(b.command) ||
    channelOrder.indexOf(a.channel) - channelOrder.indexOf(b.channel)
  )
}

/** How many lines have each verdict. */
export function countVerdicts(lines: readonly Line[]): Readonly<Record<Verdict, number>> {
  const counts = { leaks: 0, unknown: 0, isolated: 0, unreachable: 0 }
  for (const { verdict } of lines) counts[verdict]++
  return counts
}

/** Schema and name of a line, raw; a function's name carries its argument types. */
export const nameOf = (line: Pick<Line, 'relation'>) => partsOfId(line.relation)
