import { governed } from './governed'

/** What policies, rewrite rules and SQL-standard routine bodies use: relations and their columns, and routines. */
export const dependsSql = `
select 'p', d.objid, d.refclassid = 'pg_catalog.pg_proc'::regclass, d.refobjid, d.refobjsubid
  from pg_depend d
 where d.classid = 'pg_catalog.pg_policy'::regclass
   and d.refclassid in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass)
   and d.deptype = 'n'
union all
select 'v', d.objid, d.refclassid = 'pg_catalog.pg_proc'::regclass, d.refobjid, d.refobjsubid
  from pg_rewrite r
  join pg_class c on c.oid = r.ev_class
  join pg_namespace n on n.oid = c.relnamespace
  join pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
 where d.refclassid in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass)
   and d.deptype = 'n'
   and ${governed}
union all
select 'f', d.objid, false, d.refobjid, d.refobjsubid
  from pg_proc f
  join pg_namespace n on n.oid = f.pronamespace
  join pg_depend d on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = f.oid
 where f.prosqlbody is not null
   and d.refclassid = 'pg_catalog.pg_class'::regclass
   and d.deptype = 'n'
   and ${governed}`

export type DependRow = readonly [of: string, oid: string, isRoutine: string, refers: string, column: string]

export const membersSql = `
select d.classid::regclass::text, d.objid, e.extname
  from pg_depend d
  join pg_extension e on e.oid = d.refobjid
 where d.refclassid = 'pg_catalog.pg_extension'::regclass
   and d.deptype = 'e'
   and d.classid in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass,
                     'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_namespace'::regclass)`

export type MemberRow = readonly [catalog: string, oid: string, extension: string]

/** The column whose serial or identity a sequence is. */
export const ownedSequencesSql = `
select d.objid, d.refobjid, d.refobjsubid
  from pg_class c
  join pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
 where c.relkind = 'S'
   and d.refclassid = 'pg_catalog.pg_class'::regclass
   and d.refobjsubid > 0
   and d.deptype in ('a', 'i')`

export type OwnedSequenceRow = readonly [sequence: string, relation: string, column: string]
