import type { IsolationAnswer, IsolationAnswers } from '@/lib/rules/settle'
import type { Line } from '../lines'
import type { Finding, Setup } from '../types'

/** What rules may know of a run's findings: those about rows. */
export function answersOf(findings: readonly Finding[], setup: Setup): IsolationAnswers {
  const none = new Set(setup.principals.filter(({ tenants }) => tenants.length === 0).map(({ name }) => name))
  return {
    untrusted: setup.untrusted,
    answers: findings
      .filter(({ channel }) => channel === 'row')
      .map((each): IsolationAnswer => ({
        relation: each.relation,
        role: each.role,
        command: each.command,
        verdict: each.verdict,
        alive: each.by === 'both' && each.verdict === 'isolated',
        nobody: none.has(each.principal),
        guilty: each.doors.filter(({ kind, guilty }) => guilty && kind === 'policy').map(({ name }) => name),
        story: each.counterexample?.steps.filter(({ as }) => as !== null).map(({ sql }) => sql) ?? [],
        because: {
          en: each.because.map(({ en }) => en).join(' '),
          pt: each.because.map(({ pt }) => pt).join(' '),
        },
      })),
  }
}

/** Does the line speak of a session without tenant: its own, or for a line that says nothing leaks, one that was asked too? */
export function speaksOfNobody({ principal, role, verdict }: Line, { principals }: Setup): boolean {
  const none = principals.filter(({ tenants }) => tenants.length === 0)
  return verdict === 'isolated' || verdict === 'unreachable'
    ? none.some((each) => each.role === role)
    : none.some(({ name }) => name === principal)
}

/** One entry of `isolation --format json`, as far as rules ask for it. */
interface Entry {
  readonly relation: string
  readonly role: string
  readonly command: string
  readonly channel: string
  readonly verdict: IsolationAnswer['verdict']
  readonly by: string
  readonly reason: string
  readonly counterexample: Finding['counterexample']
  readonly nobody: boolean
  readonly basis: string
}

/**
 * The answers of a file that `isolation --format json` wrote; `null` when it was made for something else than `basis`, the
 * hex of `relevantHash`.
 * @throws Error when the text is not of that form
 */
export function answersOfJson(text: string, basis: string): IsolationAnswers | null {
  const entries = JSON.parse(text) as Entry[]
  if (!Array.isArray(entries) || entries.some((each) => typeof each?.basis !== 'string'))
    throw new Error('it is not the JSON of isolation')
  if (entries.some((each) => each.basis !== basis)) return null
  return {
    untrusted: [],
    answers: entries
      .filter(
        ({ channel, command, counterexample }) =>
          channel === 'row' && command !== 'TRUNCATE' && !isTruncate(counterexample),
      )
      .map((each) => ({
        relation: each.relation,
        role: each.role,
        command: each.command,
        verdict: each.verdict,
        alive: each.by === 'both' && each.verdict === 'isolated',
        nobody: each.nobody,
        guilty: [],
        story: each.counterexample?.steps.filter(({ as }) => as !== null).map(({ sql }) => sql) ?? [],
        because: { en: each.reason, pt: each.reason },
      })),
  }
}

/** TRUNCATE asks no policy, so it says nothing about one. */
const isTruncate = (story: Finding['counterexample']) =>
  story?.steps.at(-1)?.sql.startsWith('truncate ') ?? false
