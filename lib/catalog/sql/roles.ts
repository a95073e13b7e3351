export const rolesSql = `
select r.oid,
       r.rolname,
       r.rolsuper,
       r.rolbypassrls,
       r.rolcanlogin,
       r.rolinherit,
       r.rolcreaterole,
       r.rolcreatedb,
       r.rolreplication,
       r.rolconnlimit,
       case when isfinite(r.rolvaliduntil)
            then to_char(r.rolvaliduntil at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            else r.rolvaliduntil::text end,
       shobj_description(r.oid, 'pg_authid')
  from pg_roles r`

export type RoleRow = readonly [
  oid: string,
  name: string,
  superuser: string,
  bypassRls: string,
  login: string,
  inherit: string,
  createRole: string,
  createDb: string,
  replication: string,
  connectionLimit: string,
  validUntil: string | null,
  comment: string | null,
]

/** From 16 a role may be granted several times, by several grantors: one way to inherit is enough. */
export const membershipsSql = (version: number) =>
  version >= 160000
    ? `
select roleid, member, bool_or(inherit_option), bool_or(set_option), bool_or(admin_option)
  from pg_auth_members
 group by roleid, member`
    : `
select m.roleid, m.member, u.rolinherit, true, m.admin_option
  from pg_auth_members m
  join pg_roles u on u.oid = m.member`

export type MembershipRow = readonly [
  role: string,
  member: string,
  inherit: string,
  set: string,
  admin: string,
]

export const roleSettingsSql = `
select s.setrole, s.setdatabase <> 0, to_json(s.setconfig)
  from pg_db_role_setting s
 where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))`

export type RoleSettingRow = readonly [role: string, thisDatabase: string, settings: string]
