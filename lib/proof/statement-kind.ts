/** Not allowed in a transaction block. */
export const standsAlone = (sql: string) =>
  /^\s*(create\s+(unique\s+)?|drop\s+|reindex\s+(\([^)]*\)\s*)?)(index|table|schema)\s+concurrently\b/i.test(
    sql,
  ) || /^\s*(vacuum|reindex\s+(system|database))\b/i.test(sql)

/** Acts on the server, on its files or on rows: a clone shows nothing of it. */
export const actsBeyondSchema = (sql: string) =>
  /^\s*(alter\s+system|vacuum|analyze|checkpoint|update|insert|delete|merge|truncate|copy|load|(rollback|commit)\s+prepared|(create|drop)\s+database)\b/i.test(
    sql,
  ) || /^\s*select\s+(pg_reload_conf|pg_drop_replication_slot|setval|pg_terminate_backend)\b/i.test(sql)

/** Changes something that every database of a server shares, or names a database, which on a shared server is another one. */
export const actsOnCluster = (sql: string) =>
  /^\s*(grant|revoke)\b.*\son\s+database\b/is.test(sql) ||
  /^\s*(alter|comment\s+on)\s+database\b/i.test(sql) ||
  /^\s*(create|alter|drop)\s+(role|user|group)\b(?!\s+mapping)/i.test(sql) ||
  /^\s*(drop|reassign)\s+owned\b/i.test(sql) ||
  (/^\s*(grant|revoke)\b/i.test(sql) && !/\son\s/i.test(sql))

const name = String.raw`(?:"(?:[^"]|"")+"|[\w$]+)(?:\.(?:"(?:[^"]|"")+"|[\w$]+))*`
const quiet = [
  /^(grant|revoke|comment|reassign)\b/i,
  /^drop\b/i,
  /^alter\s+(role|user|group|default\s+privileges|database|policy|function|procedure|routine|schema|sequence|publication|server|event\s+trigger)\b/i,
  /^create\s+(or\s+replace\s+)?(policy|function|procedure|schema|role|trigger|constraint\s+trigger|event\s+trigger|publication|view|sequence)\b/i,
  new RegExp(
    String.raw`^alter\s+(table|view|materialized\s+view|foreign\s+table|index)\s+(only\s+)?${name}\s+(force|no\s+force|enable|disable|owner\s+to|set\s*\(|reset\s*\(|rename|replica\s+identity|drop)\b`,
    'i',
  ),
]
const evaluating = /,\s*(add|validate|alter|attach)\b/i

/**
 * Whether a superuser may run it on a clone: it stores expressions at most. Everything else may call functions that
 * somebody wrote into the governed database, and those never run as a superuser of ours.
 */
export const evaluatesNothing = (sql: string) =>
  quiet.some((pattern) => pattern.test(sql.trim())) && !evaluating.test(sql)
