import type { Relation } from '@/lib/catalog/types-relation'
import { ident, literal } from '@/lib/clone/spelling'
import { ownerOf } from '../observe/booking'
import { callable, callsOf } from '../calls/calls'
import { requestSettings } from '../session/identity'
import type { Influence } from '../schema/influence'
import { word } from '../schema/mentions'
import type { Raid } from '../observe/raid'
import { refreshes } from '../schema/refreshes'
import { isForeign, isHidden, tenancyOf } from '../schema/scope'
import { scene } from '../observe/stage'

const mostCalls = 4

/**
 * What a materialized view holds was worked out by whoever refreshed it: where its query asks for a setting, by a request of
 * another tenant. Then it is looked whether what is asked about shows whole rows of theirs.
 */
export async function keptContent(raid: Raid, influence: Influence): Promise<void> {
  const { scope, arena, identity } = raid
  const { principal } = identity
  const asked = influence.asking(Object.keys(requestSettings(principal)))
  const kept = scope.snapshot.relations.filter(({ id, kind }) => kind === 'matview' && asked.has(id))
  const shown = new Set(kept.flatMap(({ id }) => [id as string, ...influence.dependents(id)]))
  const theirs = Object.entries(settingsOfOthers(raid) ?? {})
  if (kept.length === 0 || theirs.length === 0) return
  const set = (value: (of: readonly [string, string]) => string, local: boolean) =>
    theirs.map(
      (each) => `select pg_catalog.set_config(${literal(each[0])}, ${literal(value(each))}, ${local})`,
    )
  const again = refreshes(scope)
  try {
    await arena.arrange([...set(([, value]) => value, true), ...again, ...set(() => '', true)], [], [])
  } catch (error) {
    // It cannot be worked out for them.
    if ((error as { code?: string }).code === undefined) throw error
    return
  }
  try {
    for (const { relation, sql } of await looks(raid, shown)) {
      if (raid.booking.has(relation, raid.name, 'SELECT')) continue
      const tenancy = tenancyOf(relation, scope.setup)
      if (tenancy?.kind !== 'column') continue
      const { rows, refused } = await raid.try([
        `select x.${ident(tenancy.column)}::text as tenant from (${sql}) x`,
      ])
      const found = rows.find(({ tenant }) => isHidden(tenant as string | null, principal, scope.setup))
      if (refused || !found) continue
      const tenant = found['tenant'] as string | null
      const effect = {
        en: `reads a row of ${ownerOf(tenant).en}, kept when a request of theirs refreshed a materialized view`,
        pt: `lê uma linha ${ownerOf(tenant).pt}, guardada quando uma requisição deles atualizou uma visão materializada`,
      }
      const moves = [{ as: identity, sql, effect }]
      const story = {
        relation,
        command: 'SELECT' as const,
        channel: 'row' as const,
        row: {},
        tenant,
        table: null,
        effect,
        moves,
      }
      const behind = kept.filter(({ id }) => id === relation || influence.dependents(id).has(relation))
      const scenes = behind.map(({ id }) => scene(arena, { ...story, relation: id }))
      const standing = {
        before: [...set(([, value]) => value, false), ...scenes.flatMap(({ before }) => before)],
        rows: scenes.flatMap(({ rows: each }) => each),
        after: [...scenes.flatMap(({ after }) => after), ...set(() => '', false)],
      }
      raid.booking.add(raid.name, { ...story, standing })
    }
  } finally {
    await arena.back()
  }
}

/** What a request of another tenant sets: of a principal, or the same with another tenant. */
function settingsOfOthers({ scope, identity: { principal } }: Raid): Record<string, string> | null {
  const isOther = (tenant: string) => isForeign(tenant, principal)
  const other = scope.setup.principals.find(({ tenants }) => tenants.some(isOther))
  if (other) return requestSettings(other)
  const [own] = principal.tenants
  const stranger = scope.tenants.find(isOther)
  if (own === undefined || stranger === undefined) return null
  const spelled = new RegExp(word(own), 'gu')
  const swapped = Object.entries(requestSettings(principal)).map(
    ([name, value]) => [name, value.replaceAll(spelled, () => stranger)] as const,
  )
  return Object.fromEntries(swapped)
}

interface Asked {
  readonly relation: string
  readonly sql: string
}

/** What shows them and may be read or called. */
async function looks(raid: Raid, shown: ReadonlySet<string>): Promise<Asked[]> {
  const { scope, identity } = raid
  const isView = ({ id, kind }: Relation) => shown.has(id) && (kind === 'view' || kind === 'matview')
  const out: Asked[] = []
  for (const view of scope.attacked.filter(isView)) {
    const { select } = await raid.rights.of(identity.role, view.id)
    if (select.length > 0)
      out.push({ relation: view.id, sql: `select ${select.map(ident).join(', ')} from ${view.id}` })
  }
  for (const routine of await callable(raid))
    if (shown.has(routine.id) && scope.declaredRoutines.has(routine.id) && routine.kind === 'function')
      out.push(
        ...callsOf(raid, routine, mostCalls).map(({ sql }) => ({ relation: routine.id as string, sql })),
      )
  return out
}
