/** Schemas that are somebody's own; `n` is pg_namespace. Extension members stay in and are marked. */
export const governed = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'`

/** The first OID that initdb never gives out: comments of the system's own objects stay out. */
export const firstUserOid = 16384

/** A time as ISO 8601 in UTC. */
export const iso = (expression: string) =>
  `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
