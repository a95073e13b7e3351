import type { Principal, Setup } from '../types'
import type { Identity } from './session'

/**
 * A principal as one question takes it: the role it acts as, and what its settings hold.
 */
export interface SessionView {
  readonly key: string
  /** Sessions of whom PostgreSQL computes the same: custom settings are put into what it is asked. */
  readonly asker: string
  /** Sessions of whom it computes the same where the role makes no difference. */
  readonly settled: string
  readonly principal: Principal
  readonly role: string
  readonly login: string | null
  readonly settings: ReadonlyMap<string, string>
  /** Settings whose value the caller chooses; `'*'` is every one. */
  readonly chosen: ReadonlySet<string>
  /** Paths of the token that the caller chooses. */
  readonly untrusted: readonly (readonly string[])[]
  /** What of a session that was made up is known; `null` where it is known as a whole. */
  readonly known: KnownParts | null
  readonly threat: Setup['threat']
}

/** Settings and paths of the token that say who asks. Of any other it is not known what a request has there. */
export interface KnownParts {
  readonly settings: ReadonlySet<string>
  readonly claims: readonly (readonly string[])[]
}

/** Is it known what this setting holds? The older `request.jwt.claim.sub` is not set where the token is. */
export function isTold(name: string, { known, settings }: SessionView): boolean {
  if (known === null || !name.includes('.') || known.settings.has(name)) return true
  if (name === 'request.jwt.claims') return settings.has(name)
  return known.claims.some((path) => `request.jwt.claim.${path.join('.')}`.startsWith(name))
}

const under = (prefix: string, parts: readonly string[]) =>
  parts.flatMap((part) => (part.startsWith(prefix) ? [part.slice(prefix.length)] : []))

const knownParts = (parts: readonly string[]): KnownParts => ({
  settings: new Set(under('settings.', parts).map((name) => name.toLowerCase())),
  claims: under('claims.', parts).map((path) => path.split('.')),
})

export function viewOf(
  principal: Principal,
  setup: Setup,
  role: string,
  chosen: ReadonlySet<string>,
): SessionView {
  const settings = new Map(Object.entries(principal.settings))
  if (principal.claims) settings.set('request.jwt.claims', JSON.stringify(principal.claims))
  for (const part of setup.untrusted) {
    if (part.startsWith('settings.')) chosen = new Set([...chosen, part.slice('settings.'.length)])
  }
  const own = [...settings].filter(([name]) => !name.includes('.')).toSorted()
  return {
    key: `${principal.name} ${role} ${[...chosen].join()}`,
    asker: JSON.stringify([role, principal.login, own]),
    settled: JSON.stringify(own),
    principal,
    role,
    login: principal.login,
    settings,
    chosen: setup.threat === 'sql' ? new Set(['*']) : chosen,
    untrusted: setup.untrusted
      .filter((part) => part.startsWith('claims.') || part === 'claims')
      .map((part) => part.split('.').slice(1)),
    known: setup.identity ? knownParts(setup.identity) : null,
    threat: setup.threat,
  }
}

export const identityOf = (view: SessionView): Identity => ({
  login: view.login,
  role: view.role,
  settings: Object.fromEntries(view.settings),
})
