import type { Sentence } from '@/lib/errors'
import { runInChild } from './child'
import { lineCommand, linesOf, type Line, type LineCommand } from '../lines'
import type { RunRequest } from './run-message'
import type { Channel, Setup } from '../types'

export interface AskedLine {
  readonly relation: string
  readonly role: string
  readonly command: LineCommand
  readonly channel: Channel
}

/**
 * Runs a fix on a clone and asks one line's question again, for the principals of its role and one of another tenant.
 * Answers what it comes to then; only what was proved, or cannot be reached at all, is mended.
 */
export async function askAgain(
  line: AskedLine,
  request: RunRequest,
): Promise<{ readonly mends: boolean; readonly sentence: Sentence }> {
  const result = await runInChild({
    ...request,
    setup: narrowed(request.setup, line),
    about: [line.relation],
  })
  if ('problem' in result) return { mends: false, sentence: result.problem }
  const found = linesOf(result.findings).find(
    ({ relation, role, command, channel }) =>
      relation === line.relation &&
      role === line.role &&
      lineCommand(command) === line.command &&
      channel === line.channel,
  )
  const mends = found === undefined || found.verdict === 'isolated' || found.verdict === 'unreachable'
  return { mends, sentence: said(line, found) }
}

function said(line: AskedLine, found: Line | undefined): Sentence {
  const what = `${line.command} · ${line.relation} · ${line.role}`
  switch (found?.verdict) {
    case 'leaks': {
      const { steps, through } = found.counterexample ?? {}
      // What only makes the session has no effect of its own.
      const acts = (steps ?? []).filter(({ as, effect }) => as !== null && effect !== '')
      const story = acts.map(({ sql }) => sql).join('; ')
      return {
        en: [`It still leaks with this fix: ${what}.`, through?.en, story].filter(Boolean).join(' '),
        pt: [`Ainda vaza com esta correção: ${what}.`, through?.pt, story].filter(Boolean).join(' '),
      }
    }
    case 'isolated':
      return {
        en: `With this fix it is isolated, as was proved on a clone: ${what}.`,
        pt: `Com esta correção fica isolado, como foi provado em um clone: ${what}.`,
      }
    case 'unknown':
      return {
        en: `With this fix nothing was seen to cross, but it is not proved: ${what}. ${found.because[0]?.en ?? ''}`,
        pt: `Com esta correção nada foi visto atravessar, mas não está provado: ${what}. ${found.because[0]?.pt ?? ''}`,
      }
    default:
      return {
        en: `With this fix it cannot be reached at all: ${what}.`,
        pt: `Com esta correção nem se alcança: ${what}.`,
      }
  }
}

/** The principals of that role, and one of a tenant they do not have, so that there are rows of others. */
function narrowed(setup: Setup, { role }: AskedLine): Setup {
  const mine = setup.principals.filter((each) => each.role === role)
  const own = new Set(mine.flatMap(({ tenants }) => tenants))
  const other = setup.principals.find(
    (each) => each.role !== role && each.tenants.some((tenant) => !own.has(tenant)),
  )
  return { ...setup, principals: other ? [...mine, other] : mine }
}
