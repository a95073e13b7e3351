import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from '@/lib/rules/facts'
import type { Sentence, TenantColumn } from '../types'

/** Roles of the audit log of `db/ledger` that act for no clinic: one seals and counts all, one issues tokens, one writes for jobs. */
const keepers = new Set(['ledger_sealer', 'ledger_binder', 'ledger_job'])

/** The audit log of `db/ledger` is installed here. */
const hasOwnLog = ({ snapshot }: Facts): boolean =>
  snapshot.routines.some(({ schema, name }) => schema === 'ledger' && name === 'record_event') &&
  snapshot.relations.some((each) => isLog(each) && each.kind === 'partitioned')

const isLog = ({ schema, name }: Relation) => schema === 'ledger' && name.startsWith('audit_logs')

/** The column of the log's own counts that says whose they are: a clinic's, or those of all and of none. */
export const scopeOfCounts = (facts: Facts, { schema, columns }: Relation): string | null =>
  schema === 'ledger_counts' && hasOwnLog(facts) && columns.some(({ name }) => name === 'scope')
    ? 'scope'
    : null

/** Without the roles that keep the audit log: they read the entries of all by their office. */
export function withoutKeepers(
  facts: Facts,
  roles: readonly string[],
): { readonly roles: readonly string[]; readonly notes: readonly Sentence[] } {
  const left = hasOwnLog(facts) ? roles.filter((role) => keepers.has(role)) : []
  if (left.length === 0) return { roles, notes: [] }
  return {
    roles: roles.filter((role) => !left.includes(role)),
    notes: [
      {
        en: `Not asked for ${left.join(', ')}: who keeps the audit log reads the entries of all clinics. isolation.principals can ask for it.`,
        pt: `Não se pergunta por ${left.join(', ')}: quem cuida do registro de auditoria lê as entradas de todas as clínicas. isolation.principals pode pedir.`,
      },
    ],
  }
}

/**
 * What rows without tenant are where nothing says it: of the platform, where the audit log alone can have such; in it they
 * are events that concern no clinic, such as a failed sign-in.
 */
export function nullTenantOf(facts: Facts, tenants: readonly TenantColumn[]): 'foreign' | 'platform' {
  if (!hasOwnLog(facts)) return 'foreign'
  const byRelation = new Map(tenants.map(({ relation, column }) => [relation, column]))
  const open = facts.snapshot.relations.filter(
    ({ id, kind, columns }) =>
      (kind === 'table' || kind === 'partitioned') &&
      columns.some(({ name, notNull }) => !notNull && name === byRelation.get(id)),
  )
  return open.every(isLog) ? 'platform' : 'foreign'
}
