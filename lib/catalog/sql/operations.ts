/**
 * One statement: what is left behind on the server. Figures are rounded down, and only what has stood for an hour is
 * told, so that two scans of a quiet server say the same.
 */
export const operationsSql = (version: number, may: { readonly authid: boolean; readonly hba: boolean }) => `
select 'xid', datname, (age(datfrozenxid)::bigint / 1000000)::text
  from pg_database where datname = current_database()
union all
select 'multixact', datname, (mxid_age(datminmxid)::bigint / 1000000)::text
  from pg_database where datname = current_database()
union all
select 'slot', slot_name,
       (coalesce(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end,
                                 restart_lsn), 0)::bigint / 1073741824)::text
  from pg_replication_slots where not active and not coalesce(temporary, false)
union all
select 'prepared', gid, (extract(epoch from clock_timestamp() - prepared)::bigint / 3600)::text
  from pg_prepared_xacts
 where database = current_database() and prepared < clock_timestamp() - interval '1 hour'
union all
select 'idle', coalesce(usename, ''), (extract(epoch from clock_timestamp() - min(xact_start))::bigint / 3600)::text
  from pg_stat_activity
 where datname = current_database() and state like 'idle in transaction%'
   and xact_start < clock_timestamp() - interval '1 hour'
 group by usename
${version >= 150_000 ? parameterSql : ''}
${may.authid ? verifiersSql : ''}
${may.hba ? hbaSql : ''}
 order by 1, 2`

/** Since 15 SET of a superuser's setting can be granted; an empty name is PUBLIC. */
const parameterSql = `union all
select 'replication role', coalesce(r.rolname, ''), ''
  from pg_parameter_acl p
 cross join aclexplode(p.paracl) a
  left join pg_roles r on r.oid = a.grantee
 where p.parname = 'session_replication_role' and a.privilege_type = 'SET'`

/** Names only: the verifiers themselves are never read. */
const verifiersSql = `union all
select 'md5', rolname, '' from pg_authid where rolpassword like 'md5%'`

/** Who may come from where and how; who is meant is left out. */
const hbaSql = `union all
select distinct 'hba', concat_ws(' ', type, auth_method, coalesce(address, 'local')), ''
  from pg_hba_file_rules where error is null`

export type OperationsRow = readonly [what: string, name: string, value: string]
