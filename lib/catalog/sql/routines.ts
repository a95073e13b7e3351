import { governed } from './governed'

/** Routines with their texts; it deparses, so it is asked for a list. Bodies of C code and extensions are left out. */
export const routinesSql = (among: readonly string[]) => `
select p.oid,
       p.oid::regprocedure::text,
       p.pronamespace,
       p.proname,
       pg_get_function_arguments(p.oid),
       p.prokind,
       pg_get_function_result(p.oid),
       p.proretset,
       l.lanname,
       l.lanpltrusted,
       p.proowner,
       p.prosecdef,
       p.provolatile,
       p.proleakproof,
       p.proisstrict,
       to_json(p.proconfig),
       case when l.lanname in ('c', 'internal') or e.objid is not null then null
            when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid)
            else p.prosrc end,
       p.prosqlbody is not null,
       p.proacl::text
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join pg_language l on l.oid = p.prolang
  left join pg_depend e on e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e'
 where ${governed}
   and p.oid = any ('{${among.join(',')}}'::oid[])`

export type RoutineRow = readonly [
  oid: string,
  id: string | null,
  schema: string,
  name: string,
  arguments: string | null,
  kind: string,
  returns: string | null,
  returnsSet: string,
  language: string,
  languageTrusted: string,
  owner: string,
  definer: string,
  volatility: string,
  leakproof: string,
  strict: string,
  settings: string | null,
  body: string | null,
  atomic: string,
  acl: string | null,
]

/** Names alone, of every routine that a policy, a view or a trigger may name; triggers may call the system's that return one. */
export const routineNamesSql = `
select p.oid, p.oid::regprocedure::text
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
 where ${governed}
    or p.prorettype = 'pg_catalog.trigger'::regtype`

export type RoutineNameRow = readonly [oid: string, id: string]

/** What `routinesSql` may be asked for; the system's own end below 12000, and a few more do not matter. */
export const routineOidsSql = `select oid from pg_proc where oid >= 12000`
