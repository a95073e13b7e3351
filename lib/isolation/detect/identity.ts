import type { Facts } from '@/lib/rules/facts'
import { namesTenant } from '@/lib/rules/tenant-names'
import { tokens } from '@/lib/rules/tokens'
import { keyOf, sessionUse, type Source } from './session'
import { whoseOf } from './whose'

/** What each part of the session stands for. */
export interface Identities {
  readonly tenant: readonly Source[]
  readonly user: readonly Source[]
  /** Read by a policy, and nothing tells what for. */
  readonly other: readonly Source[]
}

const users = new Set(
  'user users usuario usuarios uid sub subject account member membro profile perfil person pessoa actor'.split(
    ' ',
  ),
)
const roles = new Set('role roles papel claims'.split(' '))

/** The last word group of a source: `app.clinic_id` → `clinic_id`. */
const lastName = (source: Source) =>
  source.kind === 'setting'
    ? source.name.slice(source.name.lastIndexOf('.') + 1)
    : source.kind === 'claim'
      ? (source.path.at(-1) ?? '')
      : ''

const words = (source: Source) => tokens(lastName(source))
const saysRole = (source: Source) => words(source).some((word) => roles.has(word))
/** `app.user_agent` is what somebody asks with, not who asks. */
const saysUser = (source: Source) =>
  !saysRole(source) && !words(source).includes('agent') && words(source).some((word) => users.has(word))

/**
 * Which parts of the session name the tenant and which the user: by the columns they are compared with, else by their
 * names.
 */
export function identitiesOf(facts: Facts): Identities {
  const { comparisons, settings, claims, decisive } = sessionUse(facts)
  const whose = whoseOf(facts)
  const all = new Map<string, Source>()
  const add = (source: Source) => all.set(keyOf(source), source)
  for (const name of settings) add({ kind: 'setting', name })
  for (const path of claims) add({ kind: 'claim', path })
  const meant = new Map<string, 'tenant' | 'user'>()
  for (const { relation, column, sources } of comparisons) {
    const tenant = whose.columnOf(relation) === column
    const owner = facts.tenancy.ownersOf(relation).includes(column)
    for (const source of sources) {
      add(source)
      if (tenant && (whose.personal || !saysUser(source))) meant.set(keyOf(source), 'tenant')
      else if (owner && !meant.has(keyOf(source))) meant.set(keyOf(source), 'user')
    }
  }
  for (const [key, source] of all) {
    if (meant.has(key)) continue
    if (namesTenant(lastName(source))) meant.set(key, 'tenant')
    else if (saysUser(source)) meant.set(key, whose.personal ? 'tenant' : 'user')
  }
  const of = (what: 'tenant' | 'user' | undefined) =>
    [...all].filter(([key]) => meant.get(key) === what).map(([, source]) => source)
  return {
    tenant: of('tenant'),
    user: of('user'),
    other: of(undefined).filter((source) => source.kind !== 'role' && decisive.has(keyOf(source))),
  }
}
