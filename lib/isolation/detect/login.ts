import { memo, type Facts } from '@/lib/rules/facts'
import type { Sentence } from '../types'

/** The logins that may act as each of some roles. */
export interface Logins {
  /** `session_user` of whoever acts as this role, where only one login can be meant; else `null`: any. */
  readonly of: (role: string) => string | null
  /** Which ones there are where several can be meant, or none, and something asks. */
  readonly notes: readonly Sentence[]
}

/**
 * Who logs in to act as a role: a login that connects here and may SET ROLE to it, or is it. Superusers may become anybody
 * and are no application; nor is a login whose sessions begin read-only.
 */
export function loginsFor(facts: Facts, roles: readonly string[]): Logins {
  const named = new Map(roles.map((role) => [role, meant(facts, loginsOf(facts, role))]))
  return {
    of: (role) => {
      const [only, another] = named.get(role) ?? []
      return another === undefined ? (only ?? null) : null
    },
    notes: asksForLogin(facts) ? undecided(named) : [],
  }
}

/** Logins but superusers that may act as a role here, by name. */
export const loginsOf = ({ snapshot, roles }: Facts, role: string): readonly string[] =>
  snapshot.roles
    .filter(
      ({ name, login, superuser }) =>
        login && !superuser && roles.becomes(name).has(role) && roles.connects(name),
    )
    .map(({ name }) => name)

/** Supabase and PostgREST: whatever else may become its roles, requests come through it. */
const gateway = 'authenticator'

function meant({ snapshot, supabase, role }: Facts, logins: readonly string[]): readonly string[] {
  if (logins.includes(gateway) || (logins.length === 0 && supabase && role.has(gateway))) return [gateway]
  const readOnly = new Set(
    snapshot.roleSettings
      .filter(({ name, value }) => name === 'default_transaction_read_only' && value === 'on')
      .map(({ role }) => role),
  )
  return logins.filter((name) => !readOnly.has(name))
}

/** A sentence for roles that have the same logins, so that a dozen roles do not say the same. */
function undecided(named: ReadonlyMap<string, readonly string[]>): readonly Sentence[] {
  const alike = new Map<string, string[]>()
  for (const [role, logins] of named) {
    if (logins.length === 1) continue
    const key = logins.join(', ')
    alike.set(key, [...(alike.get(key) ?? []), role])
  }
  return [...alike].map(([logins, roles]) => saidOf(roles.join(', '), logins))
}

const saidOf = (roles: string, logins: string): Sentence =>
  logins === ''
    ? {
        en: `No login of an application may become ${roles} yet, so what depends on session_user stays unknown for it. “Login” of the principals can name one.`,
        pt: `Nenhum login de aplicação pode ainda se tornar ${roles}, por isso o que depende de session_user fica desconhecido. “Login” das identidades pode indicar um.`,
      }
    : {
        en: `Several logins may become ${roles}: ${logins}. What depends on session_user is answered for any of them; “Login” of the principals can name the one that is meant.`,
        pt: `Vários logins podem se tornar ${roles}: ${logins}. O que depende de session_user é respondido para qualquer um deles; “Login” das identidades pode indicar qual vale.`,
      }

/** Some policy, view, default or function asks for the login. */
const asksForLogin = memo(({ snapshot }: Facts): boolean => {
  const asks = (text: string | null) => /\bsession_user\b/i.test(text ?? '')
  return (
    snapshot.routines.some(({ body }) => asks(body)) ||
    snapshot.relations.some(
      ({ definition, policies, columns }) =>
        asks(definition) ||
        policies.some(({ using, check }) => asks(using) || asks(check)) ||
        columns.some((column) => asks(column.default)),
    )
  )
})
