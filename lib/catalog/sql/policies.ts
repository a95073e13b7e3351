/** Roles by OID, 0 is PUBLIC; the expressions come with the other deparsed texts. */
export const policiesSql = `
select p.oid, p.polrelid, p.polname, p.polcmd, p.polpermissive, array_to_string(p.polroles, ' ')
  from pg_policy p`

export type PolicyRow = readonly [
  oid: string,
  relation: string,
  name: string,
  command: string,
  permissive: string,
  roles: string,
]
