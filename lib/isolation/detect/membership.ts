import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from '@/lib/rules/facts'
import { literal } from '@/lib/rules/identity'
import { tokens } from '@/lib/rules/tokens'
import type { Membership } from '../types'
import type { Identities } from './identity'
import { keyOf, sessionUse, type Source } from './session'
import { whoseOf } from './whose'

const words = new Set(
  'member members membership memberships membro membros vinculo vinculos staff team equipe assignment assignments'.split(
    ' ',
  ),
)
const people = new Set('user users usuario usuarios profile profiles perfil perfis'.split(' '))

/** Rows of such tables let somebody at what is another's: they do not say that it is his. */
const lending = new Set(
  'grant grants share shares shared sharing delegation delegations delegacao invite invites invitation invitations convite convites guest guests referral referrals support'.split(
    ' ',
  ),
)

/**
 * The table that says who belongs where, and further ones whose rows name the session's user: tables with a tenant
 * that some policy or function asks by the user.
 */
export function detectMembership(
  facts: Facts,
  { user, tenant }: Identities,
): { readonly membership: Membership | null; readonly ownRows: readonly Membership[] } {
  const userKeys = new Set(user.map(keyOf))
  const found = new Map<Relation, { membership: Membership; score: number }>()
  for (const { relation, column, sources, asked } of sessionUse(facts).comparisons) {
    const tenantColumn = whoseOf(facts).columnOf(relation)
    const source = sources.find((each) => userKeys.has(keyOf(each)))
    if (!source || tenantColumn === null || tenantColumn === column || relation === facts.tenancy.registry)
      continue
    if (tokens(relation.name).some((word) => lending.has(word))) continue
    const type = relation.columns.find(({ name }) => name === column)?.baseType ?? 'text'
    const known = found.get(relation)
    found.set(relation, {
      membership: known?.membership ?? {
        relation: relation.id,
        user: column,
        tenant: tenantColumn,
        when: null,
        session: textOf(source, type),
      },
      score: (known?.score ?? nameScore(relation)) + (asked ? 1 : 0),
    })
  }
  const [first, ...rest] = [...found.values()].sort((a, b) => b.score - a.score)
  if (!first || first.score === 0) return { membership: null, ownRows: [...found.values()].map(only) }
  const isMembership = first.score >= 10 || tenant.length === 0
  return isMembership
    ? { membership: first.membership, ownRows: rest.map(only) }
    : { membership: null, ownRows: [...found.values()].map(only) }
}

const only = ({ membership }: { membership: Membership }) => membership

function nameScore(relation: Relation): number {
  const parts = tokens(relation.name)
  return parts.some((word) => words.has(word)) || (parts.length > 1 && parts.some((word) => people.has(word)))
    ? 10
    : 0
}

/** The session's user as SQL of the column's type; NULL, not an error, when nothing is set. */
function textOf(source: Source, type: string): string {
  if (source.kind === 'role') return 'current_user'
  if (source.kind === 'setting') return `nullif(current_setting(${literal(source.name)}, true), '')::${type}`
  const path = source.path.map((key) => literal(key))
  const last = path.pop() ?? "''"
  const json = ["nullif(current_setting('request.jwt.claims', true), '')::jsonb", ...path].join(' -> ')
  return `(${json} ->> ${last})::${type}`
}
