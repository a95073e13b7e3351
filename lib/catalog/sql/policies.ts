import { digest } from './governed'

/**
 * Roles by OID, 0 is PUBLIC; of the expressions the digests of their trees. What they use is a list of relation and
 * column number, with an f before a routine.
 */
export const policiesSql = `
with uses as (
  select d.objid,
         string_agg(case when d.refclassid = 'pg_catalog.pg_proc'::regclass then 'f' else '' end
                    || d.refobjid || ' ' || d.refobjsubid, ',') as list
    from pg_depend d
   where d.classid = 'pg_catalog.pg_policy'::regclass
     and d.refclassid in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass)
     and d.deptype = 'n'
   group by d.objid
)
select p.polname,
       p.oid,
       p.polrelid,
       p.polcmd,
       p.polpermissive,
       p.polroles,
       ${digest('p.polqual')},
       ${digest('p.polwithcheck')},
       u.list
  from pg_policy p
  left join uses u on u.objid = p.oid`

export type PolicyRow = readonly [
  name: string,
  oid: string,
  relation: string,
  command: string,
  permissive: string,
  roles: string,
  using: string,
  check: string,
  uses: string | null,
]
