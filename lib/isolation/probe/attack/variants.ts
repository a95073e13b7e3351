import type { Snapshot } from '@/lib/catalog/types'
import { ident, literal } from '@/lib/clone/spelling'
import type { Principal, Setup } from '../../types'
import type { Domains } from '../schema/domain'
import type { Identity } from '../session/identity'
import { pathVariants } from '../calls/paths'
import { looksLike } from '../schema/values'

/** What else a caller can be who chooses parts of its claims, or who may send any SQL. */
export function variantsOf(identity: Identity, domains: Domains): Identity[] {
  const { setup, snapshot } = domains.scope
  return [
    ...claimVariants(identity, domains),
    ...(setup.threat === 'sql'
      ? [
          ...pathVariants(identity, snapshot),
          ...settingVariants(identity, domains),
          ...roleVariants(identity, snapshot),
        ]
      : []),
  ]
}

/** Claims with the part that is not to be trusted filled with what others have, and with what conditions ask for. */
function claimVariants(identity: Identity, domains: Domains): Identity[] {
  const { setup } = domains.scope
  const { principal } = identity
  if (principal.claims === null) return []
  const found: Identity[] = []
  const add = (claims: Record<string, unknown>) =>
    found.push({
      ...identity,
      settings: { ...identity.settings, 'request.jwt.claims': JSON.stringify(claims) },
      differs: ['request.jwt'],
    })
  for (const part of setup.untrusted) {
    const path = part.split('.').slice(part.startsWith('claims.') ? 1 : 0)
    for (const value of untrustedValues(principal, path, setup, domains))
      add(placed(principal.claims, path, value))
  }
  return distinct(found).slice(0, 60)
}

function untrustedValues(
  principal: Principal,
  path: readonly string[],
  setup: Setup,
  domains: Domains,
): unknown[] {
  const own = at(principal.claims, path)
  const others = setup.principals.filter((each) => each !== principal)
  const foreign = domains.scope.tenants.filter((each) => !principal.tenants.includes(each))
  const keys = [...domains.mined.jsonKeys]
  const words = [...domains.mined.literals].filter(
    (each) => /^[\w-]{2,24}$/.test(each) && !keys.includes(each),
  )
  const chosen: readonly unknown[] = [...foreign, 'true', true, ...words]
  const everywhere = (value: unknown) => Object.fromEntries(keys.map((key) => [key, value]))
  const base = isDocument(own) ? own : {}
  // What has it under each key comes first: not all of these are tried.
  const documents = [
    ...chosen.slice(0, 24).map(everywhere),
    ...chosen.slice(0, 6).map((value) => everywhere(everywhere(value))),
    ...chosen.flatMap((value) => [
      ...keys.map((key) => ({ ...base, [key]: value })),
      ...keys.map((key) => ({ ...base, [key]: [value] })),
    ]),
  ]
  return [
    ...others.map((each) => at(each.claims, path)).filter((each) => each !== undefined),
    ...(isDocument(own) || own === undefined ? documents : []),
    ...(isDocument(own) ? [] : [...foreign, ...foreign.map((each) => [each]), true, 'true', ...words]),
  ]
}

const isDocument = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function at(claims: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isDocument(inner) ? inner[key] : undefined), claims)
}

function placed(
  claims: Readonly<Record<string, unknown>>,
  [key, ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  if (key === undefined) return isDocument(value) ? value : { ...claims }
  const inner = claims[key]
  return { ...claims, [key]: rest.length === 0 ? value : placed(isDocument(inner) ? inner : {}, rest, value) }
}

/**
 * `SET` of everything a condition asks for, to what others have and to what it is compared with.
 * @param sent the statement as this session gets it executed
 */
export function settingVariants(
  identity: Identity,
  domains: Domains,
  sent: (statement: string) => string = (statement) => statement,
): Identity[] {
  const { scope, mined, people } = domains
  const { principal } = identity
  const set = (settings: Readonly<Record<string, string>>): Identity => ({
    ...identity,
    own: [
      ...identity.own,
      ...Object.entries(settings).map(([name, value]) => sent(`set ${setting(name)} = ${literal(value)}`)),
    ],
  })
  const others = scope.setup.principals
    .filter((each) => each !== principal)
    .map((each) => ({
      ...each.settings,
      ...(each.claims === null ? {} : { 'request.jwt.claims': JSON.stringify(each.claims) }),
    }))
    .filter((each) => Object.keys(each).length > 0)
  const names = [...mined.settings].filter((name) => name.includes('.'))
  const foreign = scope.tenants.filter((each) => !principal.tenants.includes(each))
  const words = [...mined.literals].filter((each) => /^[\w-]{1,24}$/.test(each))
  const values = [
    ...foreign,
    ...people.filter((each) => looksLike(each, 'uuid') || each.length < 40),
    'true',
    'on',
    '1',
    '',
    'admin',
    ...words,
  ]
  const single = names.flatMap((name) =>
    [...new Set(values)].slice(0, 24).map((value) => set({ [name]: value })),
  )
  return distinct([...others.map(set), ...single]).slice(0, 120)
}

const setting = (name: string) =>
  name
    .split('.')
    .map((part) => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : ident(part)))
    .join('.')

/** Roles that it is or is a member of, by whatever way. */
export function reachableRoles({ login, role }: Identity, { memberships }: Snapshot): ReadonlySet<string> {
  const found = new Set([login, role])
  for (const member of found) for (const each of memberships) if (each.member === member) found.add(each.role)
  return found
}

/** Roles that it may become; the server says whether it may. */
function roleVariants(identity: Identity, snapshot: Snapshot): Identity[] {
  const become = [...reachableRoles(identity, snapshot)]
    .filter((role) => role !== identity.role && role !== identity.login)
    .map((role) => ({
      ...identity,
      role,
      own: [...identity.own, `set role ${ident(role)}`],
    }))
  const back =
    identity.login === identity.role
      ? []
      : [{ ...identity, role: identity.login, own: [...identity.own, 'reset role'] }]
  return [...back, ...become]
}

const distinct = (identities: readonly Identity[]) => [
  ...new Map(identities.map((each) => [JSON.stringify([each.settings, each.own]), each])).values(),
]
