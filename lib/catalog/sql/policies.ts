import { digest } from './governed'

/** Roles by OID, 0 is PUBLIC; of the expressions the digests of their trees. */
export const policiesSql = `
select p.polname,
       p.oid,
       p.polrelid,
       ${digest('p.polqual')},
       ${digest('p.polwithcheck')},
       p.polcmd,
       p.polpermissive,
       p.polroles
  from pg_policy p`

export type PolicyRow = readonly [
  name: string,
  oid: string,
  relation: string,
  using: string,
  check: string,
  /** PolicyTraits as one text. */
  traits: string,
]

export type PolicyTraits = readonly [command: string, permissive: string, roles: string]

/** What these policies use: a list of relation and column number, with an f before a routine. */
export const policyUsesSql = (among: readonly string[]) => `
select d.objid,
       string_agg(case when d.refclassid = 'pg_catalog.pg_proc'::regclass then 'f' else '' end
                  || d.refobjid || ' ' || d.refobjsubid, ',')
  from pg_depend d
 where d.classid = 'pg_catalog.pg_policy'::regclass
   and d.objid = any ('{${among.join(',')}}'::oid[])
   and d.refclassid in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass)
   and d.deptype = 'n'
 group by d.objid`

export type PolicyUsesRow = readonly [oid: string, uses: string]
