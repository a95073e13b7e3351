import { firstUserOid, governed } from './governed'

const type = (column: string) => `case when ${column} = 0 then null else format_type(${column}, null) end`
const named = (schema: string, name: string) => `quote_ident(${schema}) || '.' || ${name}`
const routine = (column: string) =>
  `case when ${column} = 0 then null else ${column}::oid::regprocedure::text end`
const bare = (column: string) =>
  `(select ${named('pn.nspname', 'quote_ident(p.proname)')} from pg_proc p join pg_namespace pn on pn.oid = p.pronamespace
     where p.oid = ${column})`

/** Operators, casts, collations and plain aggregates: what texts of a schema may use beside routines and types. */
export const definitionsSql = `
select 'operator', o.oid, 'pg_operator',
       ${named('n.nspname', 'o.oprname')} || ' (' || coalesce(${type('o.oprleft')}, 'none') || ', ' || ${type('o.oprright')} || ')',
       json_build_object('schema', n.nspname, 'name', o.oprname, 'left', ${type('o.oprleft')}, 'right', ${type('o.oprright')},
                         'routine', ${routine('o.oprcode')}),
       'create operator ' || ${named('n.nspname', 'o.oprname')} || ' (function = ' || ${bare('o.oprcode')}
         || case when o.oprleft = 0 then '' else ', leftarg = ' || ${type('o.oprleft')} end
         || ', rightarg = ' || ${type('o.oprright')} || ')'
  from pg_operator o
  join pg_namespace n on n.oid = o.oprnamespace
 where o.oprcode <> 0 and o.oprright <> 0 and ${governed}
union all
select 'cast', k.oid, 'pg_cast',
       ${type('k.castsource')} || ' as ' || ${type('k.casttarget')},
       json_build_object('from', ${type('k.castsource')}, 'to', ${type('k.casttarget')}, 'routine', ${routine('k.castfunc')}),
       'create cast (' || ${type('k.castsource')} || ' as ' || ${type('k.casttarget')} || ') '
         || case k.castmethod when 'f' then 'with function ' || ${routine('k.castfunc')}
                              when 'i' then 'with inout' else 'without function' end
         || case k.castcontext when 'i' then ' as implicit' when 'a' then ' as assignment' else '' end
  from pg_cast k
 where k.oid >= ${firstUserOid}
   and not exists (select from pg_depend d
                    where d.classid = 'pg_cast'::regclass and d.objid = k.oid and d.deptype = 'i')
union all
select 'collation', c.oid, 'pg_collation',
       ${named('n.nspname', 'quote_ident(c.collname)')},
       null,
       'create collation ' || ${named('n.nspname', 'quote_ident(c.collname)')} || ' (provider = '
         || case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end || ', locale = '
         || quote_literal(coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', to_jsonb(c) ->> 'collcollate'))
         || case when c.collisdeterministic then ')' else ', deterministic = false)' end
  from pg_collation c
  join pg_namespace n on n.oid = c.collnamespace
 where c.collprovider <> 'd' and ${governed}
union all
select 'aggregate', f.oid, 'pg_proc',
       f.oid::regprocedure::text,
       null,
       'create aggregate ' || f.oid::regprocedure::text || ' (sfunc = ' || ${bare('g.aggtransfn')}
         || ', stype = ' || ${type('g.aggtranstype')}
         || case when g.aggfinalfn = 0 then '' else ', finalfunc = ' || ${bare('g.aggfinalfn')} end
         || case when g.agginitval is null then '' else ', initcond = ' || quote_literal(g.agginitval) end || ')'
  from pg_aggregate g
  join pg_proc f on f.oid = g.aggfnoid
  join pg_namespace n on n.oid = f.pronamespace
 where g.aggkind = 'n' and f.pronargs > 0 and ${governed}`

export type DefinitionRow = readonly [
  kind: string,
  oid: string,
  catalog: string,
  id: string,
  shape: string | null,
  sql: string | null,
]
