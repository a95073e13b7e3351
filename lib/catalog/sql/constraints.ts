import { governed } from './governed'

/** Keys by column number; a check's text comes with the other deparsed texts. */
export const constraintsSql = (version: number) => `
select k.oid,
       k.conrelid,
       k.conname,
       k.contype,
       array_to_string(k.conkey, ' '),
       k.convalidated,
       ${version >= 180000 ? 'k.conenforced' : 'true'},
       k.condeferrable,
       k.coninhcount > 0 or k.conparentid <> 0,
       k.confrelid,
       array_to_string(k.confkey, ' '),
       k.confupdtype::text || k.confdeltype::text || k.confmatchtype::text,
       k.conindid
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace
 where ${governed}`

export type ConstraintRow = readonly [
  oid: string,
  relation: string,
  name: string,
  kind: string,
  columns: string | null,
  validated: string,
  enforced: string,
  deferrable: string,
  inherited: string,
  references: string,
  referencedColumns: string | null,
  actions: string,
  index: string,
]
