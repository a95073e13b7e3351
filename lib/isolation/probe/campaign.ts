import type { Relation } from '@/lib/catalog/types-relation'
import type { IsolationCommand, TableContent, Witness } from '../types'
import { assault, type Force } from './attack/battery'
import { beside } from './attack/beside'
import { chains } from './attack/chains'
import { covert } from './attack/covert'
import { dependence } from './calls/dependence'
import { dictated, owned, tellings } from './attack/dictated'
import type { Identity } from './session/identity'
import type { Influence } from './schema/influence'
import { keptContent } from './attack/kept-content'
import { narrowed } from './attack/narrowed'
import { amongNearTenants } from './attack/near-tenants'
import { ownOperators } from './attack/own-operators'
import { planted } from './attack/planted'
import type { Raid } from './observe/raid'
import type { Scope } from './schema/scope'
import { shadows } from './attack/shadow'
import { unhindered } from './attack/unhindered'
import { variantsOf } from './attack/variants'
import { confirm } from './attack/witness'

/** Questions about rows that the proof left open. */
export type Unproved = ReadonlySet<string>

export const questionKey = (relation: string, principal: string, command: string) =>
  [relation, principal, command].join('\n')

/** Everything one principal tries, what is most telling first. */
export async function campaign(
  raid: Raid,
  influence: Influence,
  witnesses: readonly Witness[],
  content: readonly TableContent[],
  step: () => void,
  effort = 1,
  unproved: Unproved | null = null,
): Promise<void> {
  const { attacked: targets } = raid.scope
  const views = targets.filter(({ kind }) => kind === 'view' || kind === 'matview')
  const force = forceOf(raid.scope, effort)
  const each = (all: number) => Math.floor((all * effort) / raid.scope.setup.principals.length)
  for (const relation of targets) {
    await assault(raid, relation, force)
    await covert(raid, relation, force)
    step()
  }
  await beside(raid, influence, { rows: 4, statements: Math.min(24, force.statements) })
  for (const relation of raid.scope.snapshot.relations)
    if (relation.extension === null) await unhindered(raid, relation)
  const isOpen = (relation: string, command: IsolationCommand) =>
    unproved?.has(questionKey(relation, raid.name, command)) ?? true
  const isOpenAtAll = (id: string) =>
    (['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const).some((command) => isOpen(id, command))
  await dependence(raid, influence, views, 64, Math.min(4_000, each(8_000)), undefined, isOpenAtAll)
  await keptContent(raid, influence)
  // Each model played alone empties every table once more.
  const alone = each(4_000) / Math.max(1, raid.scope.tables.size)
  for (const [at, witness] of witnesses.entries())
    await confirm(raid, influence, witness, content, at < alone)
  const narrow = unproved ? Math.min(1_000, each(2_000)) : Math.min(120, each(400))
  if (narrow >= 40) await narrowed(raid, influence, isOpen, narrow)
  if (narrow >= 40) await amongNearTenants(raid, influence, isOpen, narrow)
  await chains(raid, influence, Math.min(2_000, each(6_000)))
  const most = Math.max(12, Math.floor(6_000 / Math.max(1, targets.length)))
  const others: Identity[] = [
    ...variantsOf(raid.identity, raid.domains),
    ...(raid.scope.setup.threat === 'sql' ? [...(await shadows(raid)), ...(await ownOperators(raid))] : []),
  ]
  for (const identity of others.slice(0, most)) await disguised(raid, identity, targets, influence)
  const closed: Relation[] = []
  for (const relation of targets)
    if (!(await dictated(raid, relation, { rows: 1, statements: 3 }))) closed.push(relation)
  if (raid.scope.setup.threat === 'sql')
    for (const relation of closed) {
      await owned(raid, relation, { rows: 1, statements: 3 })
      await planted(raid, relation, { rows: 1, statements: 3 })
    }
  // Where a function opened all that there is, nothing is left to be reached by settings.
  if (raid.scope.setup.threat !== 'sql' && closed.length > 0)
    for (const identity of (await tellings(raid)).slice(0, most))
      await disguised(raid, identity, closed, influence)
}

/** The same session as another that it can be. */
async function disguised(
  raid: Raid,
  identity: Identity,
  targets: readonly Relation[],
  influence: Influence,
): Promise<void> {
  const other = raid.as(identity)
  if ((await other.try(['select 1'])).refused) return
  const asking = identity.differs && influence.asking(identity.differs)
  for (const relation of targets) {
    if (asking && !asking.has(relation.id)) continue
    await other.read(relation)
    await assault(other, relation, { rows: 2, statements: 10 })
  }
  const views = targets.filter(
    ({ kind, id }) => (kind === 'view' || kind === 'matview') && (asking?.has(id) ?? true),
  )
  await dependence(other, influence, views, 8, 200, asking)
}

/** As much as fits into some ten thousands of statements for all principals together. */
function forceOf({ attacked: targets, setup }: Scope, effort: number): Force {
  const pairs = Math.max(1, targets.length * setup.principals.length)
  const share = Math.floor((16_000 * effort) / pairs)
  return {
    rows: Math.min(10, Math.max(2, Math.floor(share / 12))),
    statements: Math.min(250, Math.max(pairs < 1_500 ? 12 : 4, share)),
  }
}
