import { governed } from './governed'

const oids = (among: readonly string[]) => `'{${among.join(',')}}'::oid[]`

/**
 * What the server has to deparse reads the newest catalog, not our snapshot: an object dropped meanwhile gives null or
 * raises XX000, and some functions open the relation and so wait for an ACCESS EXCLUSIVE lock. So it is asked for a list
 * of relations.
 */
const rel = (among: readonly string[]) => `
with rel as (
  select c.oid, c.relkind, c.relpartbound
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f')
     and ${governed}
     and c.oid = any (${oids(among)})
)`

/** Every expression of these relations. */
export const expressionsSql = (among: readonly string[]) => `${rel(among)}
select 'default', rel.oid, rel.oid || ' ' || d.adnum, pg_get_expr(d.adbin, d.adrelid)
  from rel join pg_attrdef d on d.adrelid = rel.oid
union all
select 'check', rel.oid, k.oid::text, pg_get_expr(k.conbin, k.conrelid)
  from rel join pg_constraint k on k.conrelid = rel.oid
 where k.conbin is not null
union all
select 'using', rel.oid, p.oid::text, pg_get_expr(p.polqual, p.polrelid)
  from rel join pg_policy p on p.polrelid = rel.oid
 where p.polqual is not null
union all
select 'with check', rel.oid, p.oid::text, pg_get_expr(p.polwithcheck, p.polrelid)
  from rel join pg_policy p on p.polrelid = rel.oid
 where p.polwithcheck is not null
union all
select 'predicate', rel.oid, i.indexrelid::text, pg_get_expr(i.indpred, i.indrelid)
  from rel join pg_index i on i.indrelid = rel.oid
 where i.indpred is not null
union all
select 'key', rel.oid, i.indexrelid || ' ' || k.n, pg_get_indexdef(i.indexrelid, k.n, false)
  from rel join pg_index i on i.indrelid = rel.oid
  cross join lateral generate_series(1, i.indnkeyatts::int) k(n)
 where i.indexprs is not null
   and i.indkey[k.n - 1] = 0`

/**
 * What is defined by more than an expression, and only where the columns that we read do not say it all. `special` are
 * those that are no plain table: all others have constraints, triggers and rules at most.
 */
export const definitionsSql = (among: readonly string[], special: readonly string[]) => `${rel(special)},
-- as rows: the planner would weigh each of thousands in a condition
listed(oid) as (select unnest(${oids(among)}))
select 'constraint', k.conrelid, k.oid::text, pg_get_constraintdef(k.oid)
  from (select k.conrelid, k.oid, k.contype = 'f' and not k.condeferred as maybe
          from listed join pg_constraint k on k.conrelid = listed.oid
         where k.contype = 'x'
            or k.condeferred
            or (k.contype in ('c', 'n') and k.connoinherit)
            or (k.contype = 'f' and k.confdeltype in ('n', 'd'))
        -- what is not listed must not be deparsed
        offset 0) k
 where not k.maybe or pg_get_constraintdef(k.oid) ~ 'ON DELETE SET [A-Z]+ [(]'
union all
select 'trigger', t.tgrelid, t.oid::text, pg_get_triggerdef(t.oid)
  from listed join pg_trigger t on t.tgrelid = listed.oid
 where t.tgqual is not null
union all
select 'rule', r.ev_class, r.oid::text, pg_get_ruledef(r.oid)
  from listed join pg_rewrite r on r.ev_class = listed.oid
 where r.ev_type <> '1'
union all
select 'view', rel.oid, r.oid::text, pg_get_viewdef(rel.oid)
  from rel join pg_rewrite r on r.ev_class = rel.oid
 where r.ev_type = '1'
union all
select 'updatable', rel.oid, rel.oid::text, pg_relation_is_updatable(rel.oid, false)::text
  from rel
 where rel.relkind = 'v'
union all
-- a bound holds no column
select 'bound', rel.oid, rel.oid::text, pg_get_expr(rel.relpartbound, 0)
  from rel
 where rel.relpartbound is not null
union all
select 'partition key', rel.oid, rel.oid::text, pg_get_partkeydef(rel.oid)
  from rel
 where rel.relkind = 'p'`

export type TextRow = readonly [what: string, relation: string, part: string, text: string | null]

/** Relations that somebody is changing right now, or is waiting to change. */
export const lockedSql = `
select distinct relation
  from pg_locks
 where locktype = 'relation'
   and mode = 'AccessExclusiveLock'
   and database = (select oid from pg_database where datname = current_database())
   and pid is distinct from pg_backend_pid()`

export type LockedRow = readonly [relation: string]
