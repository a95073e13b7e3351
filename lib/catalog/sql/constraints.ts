import { digest, governed } from './governed'

/**
 * Keys by column number; of a check's expression the digest of its tree. All that cannot hold a slash is sent as one
 * text: cutting it here costs a fraction of what fields of their own cost.
 */
export const constraintsSql = (version: number) => `
select k.conname,
       concat_ws('/', k.oid, k.conrelid, k.contype, k.convalidated, ${version >= 180000 ? 'k.conenforced' : 'true'},
                 k.condeferrable, k.coninhcount > 0 or k.conparentid <> 0, k.conindid, k.confrelid,
                 k.confupdtype, k.confdeltype, k.confmatchtype,
                 coalesce(array_to_string(k.conkey, ' '), ''), coalesce(array_to_string(k.confkey, ' '), ''),
                 ${digest('k.conbin')})
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace
 where ${governed}`

export type ConstraintRow = readonly [name: string, rest: string]
