import type { Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import type { Setup } from '../../types'
import type { Domains } from '../schema/domain'
import { escaped, Mentions, word } from '../schema/mentions'
import { conditionsOf } from '../schema/mine'
import { ownRoutines } from '../schema/scope'
import type { Draft } from '../schema/plan-rows'

/**
 * Which made-up rows would contradict the question itself: a table that says who belongs to which tenant may not say of
 * a principal what the setup does not.
 */
export class Lawful {
  private readonly identity = new Map<string, ReadonlySet<string>>()
  /** Values of a session that one principal or several have, to their tenants. */
  private readonly tenants = new Map<string, Set<string>>()

  constructor(
    private readonly domains: Domains,
    private readonly users: ReadonlyMap<string, string>,
  ) {
    const { snapshot, setup } = domains.scope
    for (const value of domains.people)
      for (const principal of setup.principals)
        if (holds(principal, value) || users.get(principal.name) === value) {
          const known = this.tenants.get(value) ?? new Set()
          for (const tenant of principal.tenants) known.add(tenant)
          this.tenants.set(value, known)
        }
    const asked = asking(snapshot)
    for (const relation of snapshot.relations)
      if (decides(relation, asked, setup)) this.identity.set(relation.id, new Set())
  }

  allows(relation: Relation, draft: Draft): boolean {
    if (!this.identity.has(relation.id)) return true
    const column = relation.columns.find(({ name }) => this.domains.isTenant(relation, name))
    if (!column) return this.isRegister(relation) || ![...draft.values()].some((each) => this.isPerson(each))
    const tenant = draft.get(column.name) ?? null
    for (const [name, value] of draft) {
      if (name === column.name || value === null) continue
      const theirs = this.tenants.get(value)
      if (theirs && !(tenant !== null && theirs.has(tenant))) return false
    }
    return true
  }

  private isPerson = (value: string | null) => value !== null && this.tenants.has(value)

  /** A table of users alone, which others point to. */
  private isRegister = (relation: Relation) =>
    this.domains.scope.snapshot.relations.some((each) =>
      each.constraints.some(({ references }) => references?.relation === relation.id),
    )
}

const holds = (principal: Setup['principals'][number], value: string) =>
  JSON.stringify([principal.settings, principal.claims, principal.login]).includes(JSON.stringify(value)) ||
  Object.values(principal.settings).some((text) => text.includes(value))

const asksWho = /current_setting|current_user|session_user|\bauth\.|jwt|_uid|uid\(|user_id\(|clinic|tenant/i

interface Asking {
  /** Conditions that ask who is there, and the relations they belong to. */
  readonly conditions: ReadonlyMap<string, ReadonlySet<string>>
  readonly mentions: Mentions
}

/** Conditions and functions that ask the session who it is. */
function asking(snapshot: Snapshot): Asking {
  const conditions = new Map<string, Set<string>>()
  for (const relation of snapshot.relations)
    if (relation.kind !== 'view' && relation.kind !== 'matview')
      for (const text of conditionsOf(relation))
        if (asksWho.test(text)) conditions.set(text, (conditions.get(text) ?? new Set()).add(relation.id))
  const routines = ownRoutines(snapshot)
    .filter(({ returns }) => !returns.includes('TABLE') && returns !== 'void')
    .flatMap(({ body }) => (body !== null && asksWho.test(body) ? [body] : []))
  return { conditions, mentions: new Mentions([...conditions.keys(), ...routines]) }
}

/** Does a body change rows of the table? */
const writes = (body: string, { name }: Relation) =>
  new RegExp(
    `\\b(?:update|insert\\s+into|delete\\s+from|merge\\s+into)\\s+(?:only\\s+)?(?:[\\w"]+\\.)?"?${escaped(name)}\\b`,
    'iu',
  ).test(body)

/**
 * Another relation's condition or a function asks this table about the session. Of tables with tenants only those that
 * are asked by a function that reads nothing else or by a policy of another table; not by one that writes there itself.
 */
function decides(relation: Relation, { conditions, mentions }: Asking, setup: Setup): boolean {
  if (setup.membership?.relation === relation.id) return true
  if (setup.ownRows.some((each) => each.relation === relation.id)) return true
  const declared = setup.tenants.find((each) => each.relation === relation.id)
  return mentions.of(relation.name).some((text) => {
    const owners = conditions.get(text)
    const isOthers = owners ? owners.size > 1 || !owners.has(relation.id) : !writes(text, relation)
    return isOthers && (!declared?.column || word(declared.column).test(text))
  })
}
