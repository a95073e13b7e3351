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
  readonly threat: Setup['threat']
}

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
    threat: setup.threat,
  }
}

export const identityOf = (view: SessionView): Identity => ({
  login: view.login,
  role: view.role,
  settings: Object.fromEntries(view.settings),
})
