import type { Routine } from '@/lib/catalog/types-object'
import type { Relation } from '@/lib/catalog/types-relation'
import { ident } from '@/lib/clone/spelling'
import { runsWhatItIsTold } from '../../told'
import type { Opening } from '../../types'
import { argumentTypes } from '../schema/argument-types'
import { assault, type Force } from './battery'
import type { Move } from '../observe/booking'
import { callable, dictate } from '../calls/calls'
import type { Identity } from '../session/identity'
import type { Raid } from '../observe/raid'
import type { Reach } from '../session/reach'
import { reachableRoles, settingVariants } from './variants'

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
  if (isReached(raid, relation)) return true
  for (const routine of await tellable(raid)) {
    if (!routine.definer) continue
    const identity = { ...raid.identity, through: through(routine) }
    const sql = dictate(routine, opening(relation, raid.identity.role))
    if (await opened(raid.as(identity), relation, { as: identity, sql, effect: through(routine) }, force))
      return true
  }
  return false
}

/** Who may send any SQL, and is or becomes the owner of a table, takes its row security away. */
export async function owned(raid: Raid, relation: Relation, force: Force): Promise<void> {
  const { identity, scope } = raid
  if (!relation.rls || isReached(raid, relation)) return
  if (!reachableRoles(identity, scope.snapshot).has(relation.owner)) return
  const becomes = {
    ...identity,
    role: relation.owner,
    own: [...identity.own, `set role ${ident(relation.owner)}`],
  }
  const sql = `alter table ${relation.id} disable row level security`
  const effect = {
    en: `takes the row security of ${relation.id} away, as its owner`,
    pt: `retira a segurança de linhas de ${relation.id}, como dono dela`,
  }
  for (const as of identity.role === relation.owner ? [identity] : [identity, becomes])
    if (await opened(raid.as(as), relation, { as, sql, effect }, force)) return
}

/** Has every command on it crossed already? */
export const isReached = ({ booking, name }: Raid, { id }: Relation) =>
  (['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const).every((command) => booking.has(id, name, command))

/** Attacks what a statement opened, until it is closed again; false when it opens nothing. */
export async function opened(raid: Raid, relation: Relation, move: Move, force: Force): Promise<boolean> {
  const done = await raid.arena.stay(raid.identity, [move.sql])
  try {
    if (done.refused) return false
    await assault(raid.after(move, raid.identity.role, openTo(relation)), relation, force)
    return true
  } finally {
    await raid.arena.back()
  }
}

const through = ({ id, owner, definer }: Routine): Opening => ({
  routine: id,
  en: `${id} opens it first: it runs the text it is given${definer ? ` as ${owner}` : ''}.`,
  pt: `${id} abre antes o caminho: executa o texto que recebe${definer ? ` como ${owner}` : ''}.`,
})

/** What opens a relation to a role, sent as its owner. */
export function opening(relation: Relation, role: string): string {
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
