import { governed } from './governed'

/**
 * Every distinct access list of the database, exploded once: thousands of tables share a handful of them.
 * `kind` is acldefault's letter ('f' is a routine); the list's own text is the key.
 */
export const aclsSql = `
with acls as (
  select distinct case c.relkind when 'S' then 's' else 'r' end as kind, c.relowner as owner, c.relacl as acl
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${governed}
  union all
  select distinct 'f', p.proowner, p.proacl
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where ${governed}
  union all
  select 'n', n.nspowner, n.nspacl from pg_namespace n where ${governed}
  union all
  select 'd', d.datdba, d.datacl from pg_database d where d.datname = current_database()
)
select acls.kind, acls.owner, acls.acl::text, x.grantee, x.grantor, x.privilege_type, x.is_grantable
  from acls
 cross join lateral aclexplode(coalesce(acls.acl, acldefault(acls.kind::"char", acls.owner))) x`

export type AclRow = readonly [
  kind: string,
  owner: string,
  acl: string | null,
  grantee: string,
  grantor: string,
  privilege: string,
  grantable: string,
]

export const defaultPrivilegesSql = `
select d.oid, d.defaclrole, d.defaclnamespace, d.defaclobjtype, x.grantee, x.grantor, x.privilege_type, x.is_grantable
  from pg_default_acl d
  left join lateral aclexplode(d.defaclacl) x on true`

export type DefaultPrivilegeRow = readonly [
  oid: string,
  role: string,
  schema: string,
  objects: string,
  grantee: string | null,
  grantor: string | null,
  privilege: string | null,
  grantable: string | null,
]
