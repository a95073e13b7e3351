import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from '@/lib/rules/facts'
import { setIn } from '../prove/change/set-beside'
import type { Principal, Sentence } from '../types'
import { identitiesOf, type Identities } from './identity'
import { loginsFor } from './login'
import { detectMembership } from './membership'
import { rolesPerTenant } from './role-per-tenant'
import { keyOf, sessionUse, type Comparison, type Source } from './session'
import { makeValues, type Made } from './values'
import { whoseOf } from './whose'

export interface DetectedPrincipals {
  readonly principals: readonly Principal[]
  readonly membership: ReturnType<typeof detectMembership>['membership']
  readonly ownRows: ReturnType<typeof detectMembership>['ownRows']
  readonly untrusted: readonly string[]
  /** Parts of a session that say who asks: principals set them, or leave them unset on purpose. */
  readonly identity: readonly string[]
  readonly notes: readonly Sentence[]
}

/**
 * Requests to ask the questions for: for each role that applications use, one of a made-up tenant A and one without any
 * tenant, and one of a tenant B whose rows are the others'. Where each tenant has a role of its own, those roles.
 */
export function detectPrincipals(facts: Facts, roles: readonly string[]): DetectedPrincipals {
  const identities = identitiesOf(facts)
  const { membership, ownRows } = detectMembership(facts, identities)
  const untrusted = untrustedOf(facts)
  const identity = identityOf(facts, identities)
  const logins = loginsFor(facts, roles)
  const own = rolesPerTenant(facts, roles).map((each) => ({ ...each, login: logins.of(each.role) }))
  if (own.length > 0)
    return { principals: own, membership, ownRows, untrusted, identity, notes: logins.notes }
  const [table, column] = tenantColumn(facts)
  const tenants = makeValues(facts.snapshot, table, column, whoseOf(facts).personal ? 'user' : 'tenant')
  const people = usersOf(facts, membership)
  const notes = [...notesOf(facts, identities, roles, table?.id ?? null, tenants), ...logins.notes]
  if (!tenants) return { principals: [], membership, ownRows, untrusted, identity, notes }
  const principals = roles.flatMap((role, at): Principal[] => {
    const make = (name: string, which: keyof Made | null): Principal => {
      const says: Says = {
        tenant: which && tenants[which],
        user: (source) => which && (people(source)?.[which] ?? null),
      }
      return {
        name: `${role}/${name}`,
        tenants: which === null ? [] : [tenants[which]],
        login: logins.of(role),
        role,
        settings: settingsOf(identities, says),
        claims: claimsOf(facts, identities, role, says),
      }
    }
    const nobody = make('none', null)
    if (facts.unauthenticatedRoles.has(role)) return [nobody]
    const mine = make('A', 'a')
    return at === first(facts, roles) ? [mine, make('B', 'b'), nobody] : [mine, nobody]
  })
  return { principals, membership, ownRows, untrusted, identity, notes }
}

/** What functions of the database set is theirs, and not a request's. */
const identityOf = (facts: Facts, { tenant, user }: Identities): readonly string[] => {
  const { supabase, routines } = facts
  const { apart } = sessionUse(facts)
  const says = [...tenant, ...user].flatMap((source) => {
    if (source.kind === 'role' || apart.has(keyOf(source))) return []
    return source.kind === 'setting' ? [`settings.${source.name}`] : [keyOf(source)]
  })
  const set = routines.flatMap(({ body }) =>
    setIn(body ?? '').flatMap(({ name }) => (name === null ? [] : [`settings.${name}`])),
  )
  return [...new Set(['claims.role', ...(supabase ? ['claims.sub'] : []), ...says, ...set])]
}

const first = (facts: Facts, roles: readonly string[]) =>
  roles.findIndex((role) => !facts.unauthenticatedRoles.has(role))

/** A column that names tenants: the registry's key, else that of the first table. */
function tenantColumn(facts: Facts) {
  const { registry } = facts.tenancy
  const whose = whoseOf(facts)
  const table = registry ?? facts.roots.find((each) => whose.columnOf(each) !== null)
  return [table, table ? (whose.columnOf(table) ?? undefined) : undefined] as const
}

/** What a made-up request says: of which tenant it is, and by whom, which not all its parts say in the same way. */
interface Says {
  readonly tenant: string | null
  readonly user: (source: Source | null) => string | null
}

/** Two users, as values of what a part of the session is compared with. */
function usersOf(facts: Facts, membership: DetectedPrincipals['membership']) {
  const { comparisons } = sessionUse(facts)
  const whose = whoseOf(facts)
  const makeFor = (relation: Relation | undefined, column: string | undefined) =>
    makeValues(facts.snapshot, relation, column, 'user')
  const member = membership && facts.snapshot.relations.find(({ id }) => id === membership.relation)
  return (source: Source | null): Made | null => {
    const isAsked = (each: Comparison) =>
      source !== null &&
      each.sources.some((one) => keyOf(one) === keyOf(source)) &&
      whose.columnOf(each.relation) !== each.column
    const found = comparisons.filter(isAsked)
    const first =
      found.find((each) => each.relation === member && each.column === membership?.user) ?? found[0]
    if (first) return makeFor(first.relation, first.column)
    return makeFor(member ?? undefined, membership?.user)
  }
}

function settingsOf({ tenant, user }: Identities, says: Says) {
  const named = (sources: readonly Source[], valueOf: (source: Source) => string | null) =>
    sources.flatMap((source) => {
      const value = source.kind === 'setting' ? valueOf(source) : null
      return source.kind === 'setting' && value !== null ? [[source.name, value] as const] : []
    })
  return Object.fromEntries([...named(tenant, () => says.tenant), ...named(user, says.user)])
}

/** What the token of such a request says; `null` where no policy reads a token. */
function claimsOf(facts: Facts, { tenant, user }: Identities, role: string, says: Says): Principal['claims'] {
  const { claims } = sessionUse(facts)
  if (claims.length === 0 && !facts.supabase) return null
  const token: Record<string, unknown> = { role }
  const set = (sources: readonly Source[], valueOf: (source: Source) => string | null) => {
    for (const source of sources) {
      const value = source.kind === 'claim' ? valueOf(source) : null
      if (source.kind === 'claim' && value !== null) put(token, source.path, value)
    }
  }
  const subject = says.user({ kind: 'claim', path: ['sub'] })
  if (facts.supabase && subject !== null) token['sub'] = subject
  set(user, says.user)
  set(tenant, () => says.tenant)
  return token
}

function put(into: Record<string, unknown>, path: readonly string[], value: string) {
  const [key, ...rest] = path
  if (key === undefined) return
  if (rest.length === 0) {
    into[key] = value
    return
  }
  const inner = (typeof into[key] === 'object' && into[key] !== null ? into[key] : {}) as Record<
    string,
    unknown
  >
  into[key] = inner
  put(inner, rest, value)
}

const editable = new Set(['user_metadata', 'raw_user_meta_data'])

/** Claims that the user writes, where some policy reads them. */
function untrustedOf(facts: Facts): readonly string[] {
  const named = new Set([...editable, ...(facts.config.userEditableClaims ?? [])])
  const paths = sessionUse(facts).claims.filter(
    (path) => named.has(path[0] ?? '') || named.has(path.join('.')),
  )
  return [
    ...new Set(paths.map((path) => `claims.${named.has(path[0] ?? '') ? path[0] : path.join('.')}`)),
  ].sort()
}

function notesOf(
  facts: Facts,
  { tenant, user, other }: Identities,
  roles: readonly string[],
  table: string | null,
  tenants: Made | null,
): readonly Sentence[] {
  const notes: Sentence[] = []
  if (roles.length === 0)
    notes.push({
      en: 'No role of an application reaches these tables: name them with applicationRoles in tabellion.config.json.',
      pt: 'Nenhum papel de aplicação alcança estas tabelas: indique-os em applicationRoles no tabellion.config.json.',
    })
  if (table !== null && !tenants)
    notes.push({
      en: `No two tenants can be made up for the tenant column of ${table}: name principals with isolation.principals.`,
      pt: `Não é possível criar dois inquilinos para a coluna de inquilino de ${table}: indique isolation.principals.`,
    })
  if (table !== null && tenant.length === 0 && user.length === 0)
    notes.push({
      en: 'No policy asks the session who is asking (no setting, no claim): the questions are asked for the roles alone. isolation.principals can say what a request sets.',
      pt: 'Nenhuma política pergunta à sessão quem está pedindo (nenhum parâmetro, nenhuma declaração): as perguntas valem só para os papéis. isolation.principals pode dizer o que uma requisição define.',
    })
  if (other.length > 0) {
    const names = other.map(keyOf).join(', ')
    notes.push({
      en: `Left unset, because nothing tells what it stands for: ${names}. isolation.principals can set it.`,
      pt: `Deixado sem valor, porque nada diz o que significa: ${names}. isolation.principals pode definir.`,
    })
  }
  return facts.tenancy.source === 'none' ? [] : notes
}
