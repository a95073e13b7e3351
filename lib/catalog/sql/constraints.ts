import { digest, ofUsers } from './governed'

/**
 * Keys by column number, confkey for foreign keys alone; of a check's expression the digest of its tree. A constraint
 * trigger has no key.
 */
export const constraintsSql = (version: number) => `
select k.conname, k.oid, k.conrelid, k.contype, k.convalidated, ${version >= 180000 ? 'k.conenforced' : 'true'},
       k.condeferrable, k.coninhcount > 0 or k.conparentid <> 0, k.conindid, k.confrelid,
       k.confupdtype, k.confdeltype, k.confmatchtype, k.conkey, k.confkey, ${digest('k.conbin')}
  from pg_constraint k
 where ${ofUsers('k.conrelid')}`

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
]
