import { holdsOnRelation, holdsOnSchema, type Columns } from './privileges'
import { effectiveRoles } from './effective-roles'
import { roleGraph } from './memberships'
import { reason, type AccessVerdict, type Fact, type Reason } from './reason'
import { rowSecurity, type Answer } from './row-security'
import { commands, type Command, type RelationId, type Snapshot } from './types'
import { type Relation } from './types-relation'
import { type Schema } from './types-server'
import { viewAccess } from './view-access'

export { effectiveRoles, type EffectiveRole } from './effective-roles'
export { explain } from './reason'
export type { AccessVerdict, Answer, Fact, Reason }

export interface AccessRow {
  readonly relation: RelationId
  readonly role: string
  readonly command: Command
  readonly verdict: AccessVerdict
  readonly because: readonly Reason[]
}

interface Lookup {
  readonly relations: ReadonlyMap<string, Relation>
  readonly schemas: ReadonlyMap<string, Schema>
}

const lookups = new WeakMap<Snapshot, Lookup>()

function lookup(snapshot: Snapshot): Lookup {
  let found = lookups.get(snapshot)
  if (!found) {
    found = {
      relations: new Map(snapshot.relations.map((relation) => [relation.id, relation])),
      schemas: new Map(snapshot.schemas.map((schema) => [schema.name, schema])),
    }
    lookups.set(snapshot, found)
  }
  return found
}

/**
 * The most that a session whose current role is `role` can do to a relation with one command, and why.
 *
 * - `no-grant`: the server refuses the statement for want of a privilege
 * - `bypass`: a superuser, BYPASSRLS, or the owner where row-level security is not forced
 * - `open`: row-level security is off · `open-by-policy`: a policy admits every row
 * - `filtered`: policies decide row by row · `denied`: they admit none, or the relation does not take the command
 * - `unknown`: the catalog cannot tell
 *
 * For a view the verdict is that of the most exposed table behind it.
 */
export function access(snapshot: Snapshot, relation: RelationId, role: string, command: Command): Answer {
  const found = lookup(snapshot).relations.get(relation)
  if (!found) return { verdict: 'unknown', because: [reason({ kind: 'not-read', on: relation })] }
  if (!roleGraph(snapshot).roles.has(role)) {
    return { verdict: 'unknown', because: [reason({ kind: 'no-such-role', role })] }
  }
  const schema = lookup(snapshot).schemas.get(found.schema)
  const usage = holdsOnSchema(snapshot, schema, role)
  if (!usage) return refused('USAGE', schema?.id ?? found.schema, role)
  const { verdict, because } = judge(snapshot, found, role, command, role)
  return { verdict, because: because[0]?.kind === 'superuser' ? because : [...usage, ...because] }
}

/** Every relation × role × command. Without `relations` all of them are taken, without `roles` the effective ones. */
export function accessMatrix(
  snapshot: Snapshot,
  {
    relations,
    roles,
  }: { readonly relations?: readonly RelationId[]; readonly roles?: readonly string[] } = {},
): AccessRow[] {
  const rows: AccessRow[] = []
  const wanted = roles ?? effectiveRoles(snapshot).map((role) => role.name)
  for (const relation of relations ?? snapshot.relations.map((each) => each.id)) {
    for (const role of wanted) {
      for (const command of commands)
        rows.push({ relation, role, command, ...access(snapshot, relation, role, command) })
    }
  }
  return rows
}

/** Privilege, then row security. `as` is whose rights count here, `role` who asks; behind a view they may differ. */
export function judge(
  snapshot: Snapshot,
  relation: Relation,
  as: string,
  command: Command,
  role: string,
  columns: Columns = {},
): Answer {
  const held = holdsOnRelation(snapshot, relation, as, command, columns)
  if (!held) return refused(command, relation.id, as)
  const rest = behind(snapshot, relation, as, command, role)
  return {
    verdict: rest.verdict,
    because: rest.because[0]?.kind === 'superuser' ? rest.because : [...held, ...rest.because],
  }
}

function behind(snapshot: Snapshot, relation: Relation, as: string, command: Command, role: string): Answer {
  const on = relation.id
  const rule = relation.rules.find(
    (each) =>
      each.instead && each.event === command && each.enabled !== 'disabled' && each.enabled !== 'replica',
  )
  if (rule) return { verdict: 'unknown', because: [reason({ kind: 'replaced', on, command, by: rule.name })] }
  switch (relation.kind) {
    case 'foreign':
      return { verdict: 'unknown', because: [reason({ kind: 'foreign', on })] }
    case 'matview':
      return command === 'SELECT'
        ? { verdict: 'open', because: [reason({ kind: 'matview', on, owner: relation.owner })] }
        : { verdict: 'denied', because: [reason({ kind: 'not-updatable', on, command })] }
    case 'view':
      return viewAccess(snapshot, relation, command, role, (id) => lookup(snapshot).relations.get(id), judge)
    default:
      return withImpliedSelect(snapshot, relation, as, command)
  }
}

/** What a statement that also reads columns would be held back by, where that is more. */
function withImpliedSelect(snapshot: Snapshot, relation: Relation, as: string, command: Command): Answer {
  const answer = rowSecurity(snapshot, relation, as, command)
  if (command === 'SELECT' || command === 'INSERT' || answer.verdict === 'denied') return answer
  const select = holdsOnRelation(snapshot, relation, as, 'SELECT')
    ? rowSecurity(snapshot, relation, as, 'SELECT').verdict
    : 'no-grant'
  if (select === answer.verdict || !(select in stricter) || answer.verdict === 'bypass') return answer
  if (select === 'filtered' && answer.verdict !== 'open-by-policy') return answer
  return {
    verdict: answer.verdict,
    because: [...answer.because, reason({ kind: 'implied-select', on: relation.id, command, select })],
  }
}

const stricter = { 'no-grant': true, denied: true, filtered: true }

const refused = (privilege: string, on: string, role: string): Answer => ({
  verdict: 'no-grant',
  because: [reason({ kind: 'missing-privilege', privilege, on, role })],
})
