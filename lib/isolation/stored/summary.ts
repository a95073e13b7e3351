import { createHash } from 'node:crypto'
import { lineCommands, linesOf, verdictOrder } from '../lines'
import type { Bare } from './stored'
import type { Finding, Sentence, Setup } from '../types'

/** What pages show of a run without reading its thousands of answers; stored when it ends. */
export interface Summary {
  readonly roles: readonly string[]
  readonly rows: readonly SummaryRow[]
  /** Why cells are unknown, and what opens those that leak through one function; what most of them share first. */
  readonly causes: readonly Cause[]
  /** Leaks by other channels than rows. */
  readonly others: readonly Bare[]
}

export interface SummaryRow {
  readonly relation: string
  /** A digit for each role and command in turn: the place of the verdict about rows in `verdictOrder`. */
  readonly cells: string
  /** For each unknown cell in turn, its place in `causes`. */
  readonly causes: readonly number[]
  /** For each cell that leaks in turn, the place of what opened it, or -1; runs stored before do not say. */
  readonly opened?: readonly number[]
}

export interface Cause {
  /** Names it in an address; the same in every run. */
  readonly id: string
  readonly because: Sentence
  /** How many lines of other channels are unknown for the same reason. */
  readonly others: number
  /** It is what opens cells that leak. */
  readonly opens?: true
}

/** Row verdicts of a run as a matrix; what was not found anything about cannot be reached. */
export function summaryOf(setup: Setup, findings: readonly Finding[]): Summary {
  const lines = linesOf(findings)
  const roles = [...new Set(setup.principals.map(({ role }) => role))]
  const relations = [...new Set([...setup.tenants, ...setup.tenantVia].map(({ relation }) => relation))]
  const unknown = lines.filter(({ verdict }) => verdict === 'unknown')
  const { causes: doubts, placeOf } = causesOf(unknown)
  const openers = openersOf(lines)
  const openedBy = (line: Finding | undefined) => {
    const through = line?.counterexample?.through
    return through ? doubts.length + openers.findIndex(({ id }) => id === idOf(through)) : -1
  }
  const at = new Map(lines.filter(({ channel }) => channel === 'row').map((line) => [cellKey(line), line]))
  const rows = relations.sort().map((relation): SummaryRow => {
    const cells = roles.flatMap((role) =>
      lineCommands.map((command) => at.get(cellKey({ relation, role, command }))),
    )
    return {
      relation,
      cells: cells.map((line) => verdictOrder.indexOf(line?.verdict ?? 'unreachable')).join(''),
      causes: cells.flatMap((line) => (line?.verdict === 'unknown' ? [placeOf(line)] : [])),
      opened: cells.flatMap((line) => (line?.verdict === 'leaks' ? [openedBy(line)] : [])),
    }
  })
  const others = lines
    .filter(({ channel, verdict }) => channel !== 'row' && verdict === 'leaks')
    .map(({ relation, principal, role, command, channel, verdict, by }): Bare => ({
      relation,
      principal,
      role,
      command,
      channel,
      verdict,
      by,
    }))
  return { roles, rows, causes: [...doubts, ...openers], others }
}

const cellKey = ({ relation, role, command }: Pick<Finding, 'relation' | 'role' | 'command'>) =>
  JSON.stringify([relation, role, command])

/**
 * Unknown lines by their first reason. One that names its own relation, and is said of no other, is taken together with
 * its like: the names go.
 */
function causesOf(lines: readonly Finding[]) {
  const spread = new Map<string, Set<string>>()
  for (const line of lines) {
    const { en } = firstOf(line)
    spread.set(en, (spread.get(en) ?? new Set()).add(line.relation))
  }
  const reasonOf = (line: Finding): Sentence => {
    const said = firstOf(line)
    return (spread.get(said.en)?.size ?? 0) > 1 ? said : withoutNames(said, line)
  }
  const grouped = new Map<string, { because: Sentence; all: number; others: number }>()
  for (const line of lines) {
    const because = reasonOf(line)
    const group = grouped.get(because.en) ?? { because, all: 0, others: 0 }
    group.all++
    if (line.channel !== 'row') group.others++
    grouped.set(because.en, group)
  }
  const ordered = [...grouped.values()].sort((a, b) => b.all - a.all)
  const places = new Map(ordered.map(({ because }, place) => [because.en, place]))
  return {
    causes: ordered.map(({ because, others }): Cause => ({ id: idOf(because), because, others })),
    placeOf: (line: Finding) => places.get(reasonOf(line).en) ?? 0,
  }
}

/** The functions that had to open something first, by what is said of them. */
function openersOf(lines: readonly Finding[]): readonly Cause[] {
  const said = lines.flatMap(({ counterexample }) => counterexample?.through ?? [])
  const each = new Map(said.map((because) => [because.en, because]))
  return [...each.values()].map((because) => ({ id: idOf(because), because, others: 0, opens: true }))
}

const firstOf = ({ because }: Finding): Sentence => because[0] ?? unsaid
const unsaid: Sentence = { en: 'No reason was stored.', pt: 'Nenhum motivo foi guardado.' }

function withoutNames({ en, pt }: Sentence, { relation, command }: Finding): Sentence {
  const bare = (text: string) =>
    text.includes(relation) ? text.replaceAll(relation, '…').replaceAll(` ${command} `, ' … ') : text
  return { en: bare(en), pt: bare(pt) }
}

const idOf = ({ en }: Sentence) => createHash('sha256').update(en).digest('hex').slice(0, 8)
