import type { TableContent, Witness } from '../types'
import { assault, type Force } from './battery'
import { chains } from './chains'
import { covert } from './covert'
import { dependence } from './dependence'
import type { Identity } from './identity'
import type { Influence } from './influence'
import type { Raid } from './raid'
import type { Scope } from './scope'
import { shadows } from './shadow'
import { variantsOf } from './variants'
import { confirm } from './witness'

/** Everything one principal tries, what is most telling first. */
export async function campaign(
  raid: Raid,
  influence: Influence,
  witnesses: readonly Witness[],
  content: readonly TableContent[],
  step: () => void,
): Promise<void> {
  const { targets } = raid.scope
  const views = targets.filter(({ kind }) => kind === 'view' || kind === 'matview')
  const force = forceOf(raid.scope)
  for (const relation of targets) {
    await assault(raid, relation, force)
    await covert(raid, relation)
    step()
  }
  await dependence(raid, views, 64)
  for (const witness of witnesses) await confirm(raid, witness, content)
  await chains(raid, influence, targets.length <= 60 ? 500 : 120)
  const others: Identity[] = [
    ...variantsOf(raid.identity, raid.domains),
    ...(raid.scope.setup.threat === 'sql' ? await shadows(raid) : []),
  ]
  for (const identity of others.slice(0, Math.max(12, Math.floor(6_000 / Math.max(1, targets.length))))) {
    const other = raid.as(identity)
    if ((await other.try(['select 1'])).refused) continue
    for (const relation of targets) {
      await other.read(relation)
      await assault(other, relation, { rows: 2, statements: 10 })
    }
    await dependence(other, views, 8)
  }
}

const forceOf = ({ targets }: Scope): Force =>
  targets.length <= 60
    ? { rows: 10, statements: 250 }
    : targets.length <= 300
      ? { rows: 4, statements: 60 }
      : { rows: 2, statements: 24 }
