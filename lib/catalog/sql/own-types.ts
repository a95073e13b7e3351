import { governed } from './governed'

const collation = (column: string) =>
  `case when ${column} in (0, 'pg_catalog."default"'::regcollation) then null else ${column}::regcollation::text end`

/** Enums, domains, composite and range types: few, so each comes with its shape as JSON. */
export const ownTypesSql = `
select t.oid,
       t.typnamespace,
       t.typname,
       quote_ident(t.typname),
       t.typowner,
       (select json_agg(json_build_array(x.grantee::text, x.grantor::text, x.privilege_type,
                                         case when x.is_grantable then 't' else 'f' end))
          from aclexplode(t.typacl) x),
       obj_description(t.oid, 'pg_type'),
       case t.typtype
       when 'd' then json_build_object(
            'kind', 'domain',
            'base', format_type(t.typbasetype, t.typtypmod),
            'collation', ${collation('t.typcollation')},
            'notNull', t.typnotnull,
            'default', coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault),
            'checks', coalesce((select json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid))
                                                order by k.conname)
                                  from pg_constraint k
                                 where k.contypid = t.oid and k.contype = 'c'), '[]'))
       when 'c' then json_build_object(
            'kind', 'composite',
            'attributes', coalesce((select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                                                                      'collation', ${collation('a.attcollation')})
                                                    order by a.attnum)
                                      from pg_attribute a
                                     where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped), '[]'))
       when 'r' then (select json_build_object(
            'kind', 'range',
            'subtype', format_type(r.rngsubtype, null),
            'opclass', quote_ident(s.nspname) || '.' || quote_ident(o.opcname),
            'collation', ${collation('r.rngcollation')},
            'canonical', nullif(r.rngcanonical, 0)::regproc::text,
            'difference', nullif(r.rngsubdiff, 0)::regproc::text,
            'multirange', r.rngmultitypid::regtype::text)
                        from pg_range r
                        join pg_opclass o on o.oid = r.rngsubopc
                        join pg_namespace s on s.oid = o.opcnamespace
                       where r.rngtypid = t.oid)
       else json_build_object('kind', 'enum') end
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
 where (t.typtype in ('d', 'e', 'r')
        or t.typtype = 'c' and exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
   and ${governed}`

export type OwnTypeRow = readonly [
  oid: string,
  schema: string,
  name: string,
  quoted: string,
  owner: string,
  grants: string | null,
  comment: string | null,
  shape: string | null,
]
