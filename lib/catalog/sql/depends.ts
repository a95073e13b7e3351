import { governed } from './governed'

/** What rewrite rules ('v') and SQL-standard routine bodies ('f') use: relations and their columns, and routines. */
export const dependsSql = `
select 'v', d.objid,
       string_agg(case when d.refclassid = 'pg_catalog.pg_proc'::regclass then 'f' else '' end
                  || d.refobjid || ' ' || d.refobjsubid, ',')
  from pg_rewrite r
  join pg_class c on c.oid = r.ev_class
  join pg_namespace n on n.oid = c.relnamespace
  join pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
 where d.refclassid in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass)
   and d.deptype = 'n'
   and ${governed}
 group by d.objid
union all
select 'f', d.objid, string_agg(d.refobjid || ' ' || d.refobjsubid, ',')
  from pg_proc f
  join pg_namespace n on n.oid = f.pronamespace
  join pg_depend d on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = f.oid
 where f.prosqlbody is not null
   and d.refclassid = 'pg_catalog.pg_class'::regclass
   and d.deptype = 'n'
   and ${governed}
 group by d.objid`

export type DependRow = readonly [of: string, oid: string, uses: string]

export const membersSql = `
select d.classid::regclass::text, d.objid, e.extname
  from pg_depend d
  join pg_extension e on e.oid = d.refobjid
 where d.refclassid = 'pg_catalog.pg_extension'::regclass
   and d.deptype = 'e'
   and d.classid in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass,
                     'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_namespace'::regclass,
                     'pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_cast'::regclass,
                     'pg_catalog.pg_collation'::regclass)`

export type MemberRow = readonly [catalog: string, oid: string, extension: string]

/** The column whose serial or identity a sequence is. */
export const ownedSequencesSql = `
select d.objid, d.refobjid, d.refobjsubid
  from pg_sequence s
  join pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = s.seqrelid
 where d.refclassid = 'pg_catalog.pg_class'::regclass
   and d.refobjsubid > 0
   and d.deptype in ('a', 'i')`

export type OwnedSequenceRow = readonly [sequence: string, relation: string, column: string]
