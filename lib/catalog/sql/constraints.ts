import { digest, ofUsers } from './governed'

/**
 * All but NOT NULL: keys by column number, confkey for foreign keys alone; of a check's expression the digest of its tree. A constraint
 * trigger has no key.
 */
export const constraintsSql = (version: number) => `
select k.conname, k.oid, k.conrelid, k.contype, k.convalidated, ${version >= 180000 ? 'k.conenforced' : 'true'},
       k.condeferrable, k.coninhcount > 0 or k.conparentid <> 0, k.conindid, k.confrelid,
       k.confupdtype, k.confdeltype, k.confmatchtype, k.conkey, k.confkey, ${digest('k.conbin')},
       k.contype = 'f' and exists (
         select from pg_trigger t where t.tgconstraint = k.oid and t.tgenabled in ('D', 'R'))
  from pg_constraint k
 where ${ofUsers('k.conrelid')}
   and k.contype <> 'n'`

export type ConstraintRow = readonly [
  name: string,
  oid: string,
  relation: string,
  kind: string,
  validated: string,
  enforced: string,
  deferrable: string,
  inherited: string,
  index: string,
  referenced: string,
  onUpdate: string,
  onDelete: string,
  match: string,
  columns: string | null,
  referencedColumns: string | null,
  tree: string,
  off: string,
]

/** NOT NULL of 18 and later, several for each table: always enforced, and never deferrable. */
export const notNullsSql = `
select k.conname, k.oid, k.conrelid, k.convalidated, k.coninhcount > 0 or k.conparentid <> 0, k.conkey
  from pg_constraint k
 where ${ofUsers('k.conrelid')}
   and k.contype = 'n'`

export type NotNullRow = readonly [
  name: string,
  oid: string,
  relation: string,
  validated: string,
  inherited: string,
  columns: string,
]
