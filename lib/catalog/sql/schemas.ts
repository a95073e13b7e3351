/** All schemas, the system's too: what a view reads may live there. */
export const schemasSql = `
select n.oid, n.nspname, quote_ident(n.nspname), n.nspowner, n.nspacl::text from pg_namespace n`

export type SchemaRow = readonly [
  oid: string,
  name: string,
  quoted: string,
  owner: string,
  acl: string | null,
]
