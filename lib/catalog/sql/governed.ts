/** Schemas that are somebody's own; `n` is pg_namespace. Extension members stay in and are marked. */
export const governed = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'`

/** The first OID that initdb never gives out: what the system itself is made of stays out. */
export const firstUserOid = 16384

/**
 * The parts of relations that somebody made, by the relation's OID: joining a hundred thousand parts to their schemas
 * costs more than to send those of the few that are not governed, which no draft takes.
 */
export const ofUsers = (relation: string) => `${relation} >= ${firstUserOid}`

/** 128 bits that tell parse trees apart, as 32 letters; nothing where there is none. */
export const digest = (tree: string) => `coalesce(${digestOf(`pg_node_tree_send(${tree})`)}, '')`

export const digestOf = (bytes: string) => `encode(substr(sha256(${bytes}), 1, 16), 'hex')`
