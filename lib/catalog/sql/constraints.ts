import { digest, ofUsers } from './governed'

/**
 * All but NOT NULL: of a check's expression the digest of its tree; then what is the same for thousands. Keys by column
 * number, confkey for foreign keys alone; a constraint trigger has no key.
 */
export const constraintsSql = (version: number) => `
select k.conname, k.oid, k.conrelid, k.conindid, k.confrelid, ${digest('k.conbin')},
       k.contype, k.convalidated, ${version >= 180000 ? 'k.conenforced' : 'true'},
       k.condeferrable, k.coninhcount > 0 or k.conparentid <> 0,
       k.confupdtype, k.confdeltype, k.confmatchtype, k.conkey, k.confkey,
       k.contype = 'f' and exists (
         select from pg_trigger t where t.tgconstraint = k.oid and t.tgenabled in ('D', 'R'))
  from pg_constraint k
 where ${ofUsers('k.conrelid')}
   and k.contype <> 'n'`

export type ConstraintRow = readonly [
  name: string,
  oid: string,
  relation: string,
  index: string,
  referenced: string,
  tree: string,
  /** ConstraintTraits as one text. */
  traits: string,
]

export type ConstraintTraits = readonly [
  kind: string,
  validated: string,
  enforced: string,
  deferrable: string,
  inherited: string,
  onUpdate: string,
  onDelete: string,
  match: string,
  columns: string | null,
  referencedColumns: string | null,
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
  /** NotNullTraits as one text. */
  traits: string,
]

export type NotNullTraits = readonly [validated: string, inherited: string, columns: string]
