import type { Columns } from './privileges'
import { reason, type AccessVerdict, type Reason } from './reason'
import type { Answer } from './row-security'
import type { Command, RelationId, RoutineId, Snapshot } from './types'
import type { Relation } from './types-relation'
import type { Routine } from './types-object'

type Judge = (
  snapshot: Snapshot,
  relation: Relation,
  as: string,
  command: Command,
  role: string,
  columns?: Columns,
) => Answer

/** From the least to the most that a table behind a view gives away. */
const exposure: readonly AccessVerdict[] = ['denied', 'filtered', 'open-by-policy', 'open', 'bypass']

/**
 * What a view whose privilege is given lets through. Its tables are asked with the rights of its owner, or of the role
 * that asks when it is a security_invoker view, even behind another view. USAGE of their schemas is not asked.
 */
export function viewAccess(
  snapshot: Snapshot,
  view: Relation,
  command: Command,
  role: string,
  find: (id: RelationId) => Relation | undefined,
  judge: Judge,
): Answer {
  const invoker = isInvoker(view)
  const as = invoker ? role : view.owner
  const runs = invoker
    ? reason({ kind: 'view-invoker', on: view.id, role })
    : reason({ kind: 'view-owner', on: view.id, owner: view.owner })
  const answer =
    command === 'SELECT'
      ? reading(snapshot, view, as, role, find, judge)
      : writing(snapshot, view, as, role, command, find, judge)
  return { verdict: answer.verdict, because: [runs, ...answer.because] }
}

function reading(
  snapshot: Snapshot,
  view: Relation,
  as: string,
  role: string,
  find: (id: RelationId) => Relation | undefined,
  judge: Judge,
): Answer {
  const because: Reason[] = []
  const verdicts: AccessVerdict[] = []
  for (const { relation: id, columns } of view.reads) {
    if (id.startsWith('information_schema.')) continue
    if (id === view.id) continue
    const base = find(id)
    if (!base) {
      verdicts.push('unknown')
      because.push(reason({ kind: 'not-read', on: id }))
      continue
    }
    const answer = judge(snapshot, base, as, 'SELECT', role, { all: columns })
    verdicts.push(answer.verdict)
    because.push(reason({ kind: 'base', on: id, as, verdict: answer.verdict }), ...answer.because)
  }
  for (const routine of view.calls) {
    if (routinesOf(snapshot).get(routine)?.returnsSet === false && verdicts.length > 0) continue
    verdicts.push('unknown')
    because.push(reason({ kind: 'view-calls', on: view.id, routine }))
  }
  if (verdicts.length === 0) {
    return { verdict: 'open', because: [reason({ kind: 'view-without-table', on: view.id })] }
  }
  return { verdict: together(verdicts), because }
}

const routines = new WeakMap<Snapshot, ReadonlyMap<RoutineId, Routine>>()

function routinesOf(snapshot: Snapshot): ReadonlyMap<RoutineId, Routine> {
  let found = routines.get(snapshot)
  if (!found) routines.set(snapshot, (found = new Map(snapshot.routines.map((each) => [each.id, each]))))
  return found
}

/** One table that refuses makes the whole query fail; else the most exposed one counts. */
function together(verdicts: readonly AccessVerdict[]): AccessVerdict {
  if (verdicts.includes('no-grant')) return 'no-grant'
  if (verdicts.includes('unknown')) return 'unknown'
  return verdicts.reduce(
    (worst, each) => (exposure.indexOf(each) > exposure.indexOf(worst) ? each : worst),
    'denied',
  )
}

function writing(
  snapshot: Snapshot,
  view: Relation,
  as: string,
  role: string,
  command: Command,
  find: (id: RelationId) => Relation | undefined,
  judge: Judge,
): Answer {
  const on = view.id
  const event = command.toLowerCase()
  const trigger = view.triggers.find(
    (each) =>
      each.timing === 'instead of' &&
      (each.events as readonly string[]).includes(event) &&
      each.enabled !== 'disabled',
  )
  if (trigger)
    return { verdict: 'unknown', because: [reason({ kind: 'replaced', on, command, by: trigger.name })] }
  if (view.updatable === undefined) return { verdict: 'unknown', because: [reason({ kind: 'not-read', on })] }
  if (!view.updatable.includes(command)) {
    return { verdict: 'denied', because: [reason({ kind: 'not-updatable', on, command })] }
  }
  const base = find(target(view) ?? ('' as RelationId))
  if (!base)
    return { verdict: 'unknown', because: [reason({ kind: 'not-read', on: 'the table behind ' + on })] }
  const shown = view.reads.find((each) => each.relation === base.id)?.columns ?? []
  const answer = judge(snapshot, base, as, command, role, command === 'UPDATE' ? { any: shown } : {})
  return {
    verdict: answer.verdict,
    because: [reason({ kind: 'base', on: base.id, as, verdict: answer.verdict }), ...answer.because],
  }
}

/** The one relation in the outer FROM of a view that passes writes on; the deparser always indents it by three. */
function target(view: Relation): RelationId | undefined {
  const [only, ...others] = view.reads
  if (only && others.length === 0) return only.relation
  const from = `\n   FROM `
  const named = view.reads.filter(({ relation }) => {
    const at = view.definition?.indexOf(from + relation) ?? -1
    return at >= 0 && /^[\s;]/.test(view.definition?.slice(at + from.length + relation.length) ?? '')
  })
  return named.length === 1 ? named[0]?.relation : undefined
}

/** As the server reads a boolean option: unique prefixes count. Before 15 there is no such option. */
export function isInvoker(view: Relation): boolean {
  const value = view.options.security_invoker?.toLowerCase()
  return value !== undefined && /^(t|tr|tru|true|y|ye|yes|on|1)$/.test(value)
}
