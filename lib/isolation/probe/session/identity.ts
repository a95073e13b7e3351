import type { Snapshot } from '@/lib/catalog/types'
import { ident, literal } from '@/lib/clone/spelling'
import type { Opening, Principal } from '../../types'

/** A principal as it stands before its first statement, or one that chose parts of its session itself. */
export interface Identity {
  readonly principal: Principal
  /** `session_user`. */
  readonly login: string
  /** The role it begins with; `role` is the one it acts as, after what it did itself. */
  readonly first: string
  readonly role: string
  /** Settings by name, `request.jwt.claims` among them. */
  readonly settings: Readonly<Record<string, string>>
  /** What the caller itself did before, in a session that takes any SQL. */
  readonly own: readonly string[]
  /** Settings in which it differs from the principal, if in nothing else. */
  readonly differs?: readonly string[]
  /** What opened to it what its rights did not. */
  readonly through?: Opening
  /** The role that a call made it take, in a session that goes on. */
  readonly taken?: string
}

export function identityOf(principal: Principal, snapshot: Snapshot): Identity {
  return {
    principal,
    login: principal.login ?? principal.role,
    first: principal.role,
    role: principal.role,
    settings: { ...settingsAtLogin(principal, snapshot), ...requestSettings(principal) },
    own: [],
  }
}

/** What an application sets for each request of this principal. */
export const requestSettings = ({ settings, claims }: Principal): Record<string, string> => ({
  ...settings,
  ...(claims === null ? {} : { 'request.jwt.claims': JSON.stringify(claims) }),
})

/**
 * What a server sets when the principal's login connects, once; `SET SESSION AUTHORIZATION` does not. What all roles were
 * given counts before what the database was, and that before what the login was.
 */
function settingsAtLogin({ login }: Principal, snapshot: Snapshot): Record<string, string> {
  const isOwn = (name: string) => name.includes('.')
  return Object.fromEntries(
    snapshot.roleSettings
      .filter(({ role, name }) => (role === null ? isOwn(name) : role === login))
      .sort(
        (a, b) =>
          Number(a.role !== null) - Number(b.role !== null) ||
          Number(a.thisDatabase) - Number(b.thisDatabase),
      )
      .map((each) => [each.name, each.value]),
  )
}

/** Statements that make a superuser's connection one that the principal's login opened. */
export const connecting = (principal: Principal, snapshot: Snapshot): string[] =>
  set(settingsAtLogin(principal, snapshot), false)

/** On a connection in use: its login's settings were set when it connected; set anew they would put aside what is kept there. */
export const onceConnected = (identity: Identity): Identity => ({
  ...identity,
  settings: requestSettings(identity.principal),
})

/** Statements that make a superuser's transaction this identity's, until `leave`. */
export const enter = (identity: Identity, settings = true): string[] => [
  ...(settings ? set(identity.settings, true) : []),
  `set local session authorization ${ident(identity.login)}`,
  ...roleOf(identity, settings),
  ...identity.own,
]

function roleOf({ first, login, taken }: Identity, begins: boolean): string[] {
  const role = begins ? first : (taken ?? first)
  return role === login ? [] : [`set local role ${ident(role)}`]
}

export const leave = ['set local role none', 'set local session authorization default']

function set(settings: Identity['settings'], local: boolean): string[] {
  const calls = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config(${literal(name)}, ${literal(value)}, ${local})`,
  )
  return calls.length === 0 ? [] : [`select ${calls.join(', ')}`]
}

/** The same to be pasted into psql: for a whole session. */
export const preamble = (identity: Identity): string[] => [
  ...set(identity.settings, false),
  ...(identity.login === identity.first ? [] : [`set session authorization ${ident(identity.login)}`]),
  `set role ${ident(identity.first)}`,
  ...identity.own,
]
