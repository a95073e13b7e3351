/** One row: the server, the database and who is asking. */
export const serverSql = `
select current_setting('server_version_num'),
       current_setting('server_version'),
       current_database(),
       to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       session_user,
       current_user,
       r.rolsuper,
       r.rolbypassrls,
       d.datdba,
       d.datacl::text,
       pg_encoding_to_char(d.encoding),
       pg_is_in_recovery(),
       to_char(pg_postmaster_start_time() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       has_database_privilege(d.oid, 'CONNECT') or pg_has_role('pg_read_all_stats', 'USAGE'),
       pg_has_role('pg_read_all_settings', 'USAGE'),
       pg_has_role('pg_read_all_data', 'USAGE'),
       has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT')
         and has_function_privilege('pg_catalog.pg_hba_file_rules()', 'EXECUTE'),
       has_table_privilege('pg_catalog.pg_authid', 'SELECT'),
       pg_has_role('pg_read_all_stats', 'USAGE')
  from pg_database d, pg_roles r
 where d.datname = current_database()
   and r.rolname = current_user`

export type ServerRow = readonly [
  version: string,
  versionText: string,
  database: string,
  takenAt: string,
  sessionUser: string,
  currentUser: string,
  superuser: string,
  bypassRls: string,
  owner: string,
  acl: string | null,
  encoding: string,
  inRecovery: string,
  startedAt: string | null,
  maySize: string,
  maySettings: string,
  mayData: string,
  mayHba: string,
  mayAuthid: string,
  mayStats: string,
]

/** Before 15 whoever asks for statistics first waits for a collector to write them: not where all else waits for this. */
export const statisticsResetSql = `
select to_char(pg_stat_get_db_stat_reset_time(oid) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  from pg_database
 where datname = current_database()`

export type StatisticsResetRow = readonly [at: string | null]

/** Walks the database's folder, so it has a statement of its own. */
export const databaseSizeSql = `select pg_database_size(current_database())`

export type DatabaseSizeRow = readonly [size: string | null]

/** As a session of this role begins: what the scan sets for its own transaction is not the server's, nor is its name. */
export const settingsSql = `
select name, case when source = 'session' then reset_val else setting end, pending_restart
  from pg_settings
 where name <> 'application_name'`

export type SettingRow = readonly [name: string, value: string | null, pendingRestart: string]
