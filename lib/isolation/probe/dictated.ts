import type { Routine } from '@/lib/catalog/types-object'
import type { Relation } from '@/lib/catalog/types-relation'
import { ident } from '@/lib/clone/spelling'
import { runsWhatItIsTold } from '../told'
import type { Sentence } from '../types'
import { argumentTypes } from './argument-types'
import { assault, type Force } from './battery'
import { callable, dictate } from './calls'
import type { Identity } from './identity'
import { Raid } from './raid'
import type { Reach } from './reach'
import { settingVariants } from './variants'

/** Functions that run the text they are given, and may be called; what they run as depends on each. */
const tellable = async (raid: Raid): Promise<readonly Routine[]> =>
  (await callable(raid)).filter((each) => runsWhatItIsTold(each) && argumentTypes(each).includes('text'))

/** Sessions that have such a function set what the settings of others are: what it sets stays when it returns. */
export const tellings = async (raid: Raid): Promise<Identity[]> =>
  (await tellable(raid)).flatMap((routine) =>
    settingVariants(raid.identity, raid.domains, (sql) => dictate(routine, sql))
      .slice(0, 8)
      .map((identity) => ({ ...identity, through: through(routine) })),
  )

/**
 * Has each SECURITY DEFINER function that runs the text it is given open a relation to whom it serves: rights on it, and no
 * row security any more. What is read and written after that is as near as one call. False when none could.
 */
export async function dictated(raid: Raid, relation: Relation, force: Force): Promise<boolean> {
  const commands = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const
  if (commands.every((command) => raid.booking.has(relation.id, raid.name, command))) return true
  for (const routine of await tellable(raid)) {
    if (!routine.definer) continue
    const own = [...raid.identity.own, dictate(routine, opening(relation, raid.identity.role))]
    const identity = { ...raid.identity, own, through: through(routine) }
    const opened = new Raid(raid.arena, raid.domains, openTo(relation), raid.booking, identity)
    if ((await opened.try(['select 1'])).refused) continue
    await assault(opened, relation, force)
    return true
  }
  return false
}

const through = ({ id, owner, definer }: Routine): Sentence => ({
  en: `${id} opens it first: it runs the text it is given${definer ? ` as ${owner}` : ''}.`,
  pt: `${id} abre antes o caminho: executa o texto que recebe${definer ? ` como ${owner}` : ''}.`,
})

function opening(relation: Relation, role: string): string {
  const rights = `grant usage on schema ${ident(relation.schema)} to ${ident(role)}; grant all on ${relation.id} to ${ident(role)}`
  return relation.rls ? `${rights}; alter table ${relation.id} disable row level security` : rights
}

/** What the role may do once the relation is open to it; a privilege that is still missing is the server's to refuse. */
function openTo({ id, columns }: Relation): Raid['rights'] {
  const all = columns.map(({ name }) => name)
  const stored = columns.filter(({ generated }) => !generated).map(({ name }) => name)
  const reach: Reach = { select: all, insert: stored, update: stored, remove: true, truncate: true }
  return {
    of: async (_, relation) => (relation === id ? reach : nothing),
    routinesOf: async () => new Set(),
  }
}

const nothing: Reach = { select: [], insert: [], update: [], remove: false, truncate: false }
