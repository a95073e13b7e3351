/** Schemas that are somebody's own; `n` is pg_namespace. Extension members stay in and are marked. */
export const governed = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'`

/** The first OID that initdb never gives out: comments of the system's own objects stay out. */
export const firstUserOid = 16384

/** 128 bits that tell parse trees apart, as 32 letters; nothing where there is none. */
export const digest = (tree: string) =>
  `coalesce(encode(substr(sha256(pg_node_tree_send(${tree})), 1, 16), 'hex'), '')`

/** A time as ISO 8601 in UTC. */
export const iso = (expression: string) =>
  `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
