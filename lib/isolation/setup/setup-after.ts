import type { Snapshot } from '@/lib/catalog/types'
import { factsOf } from '@/lib/rules/facts'
import { loadParser } from '@/lib/sql/parse'
import { detectPrincipals } from '../detect/principals'
import type { Setup } from '../types'

/**
 * The setup for a database as it is after a fix: what a fixed policy asks of a session, a request that was made up for the
 * database before it does not say yet. Principals that somebody named stay as they are.
 */
export async function setupAfter(setup: Setup, fixed: Snapshot): Promise<Setup> {
  if (!setup.identity) return setup
  await loadParser()
  const roles = [...new Set(setup.principals.map(({ role }) => role))]
  const { principals, identity } = detectPrincipals(factsOf(fixed, { applicationRoles: roles }), roles)
  const made = new Map(principals.map((each) => [each.name, each]))
  return {
    ...setup,
    identity: [...new Set([...setup.identity, ...identity])],
    principals: setup.principals.map((each) => {
      const again = made.get(each.name)
      if (!again || again.tenants.join() !== each.tenants.join()) return each
      return {
        ...each,
        settings: { ...again.settings, ...each.settings },
        claims: each.claims ?? again.claims,
      }
    }),
  }
}
