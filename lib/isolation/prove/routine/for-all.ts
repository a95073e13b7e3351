import { builtins, ofTheMoment, rowMakers } from '../expression/builtin'

const words = new Set([
  ...builtins.keys(),
  ...ofTheMoment,
  ...rowMakers.keys(),
  ...`boolean smallint integer bigint numeric real double precision text character varying name uuid date time
   timestamp interval with without zone bytea json jsonb inet cidr null is not array and or select each from limit current_timestamp
   current_date localtimestamp`.split(/\s+/),
])

/**
 * Is it put together from operators, types and functions of PostgreSQL's own that ask nobody who the session is? The
 * name of a type of the database's may stand for another, or for none, to another role.
 */
export function isForAll(sql: string): boolean {
  const bare = sql.replaceAll(/E'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'/gs, ' ')
  return (
    !bare.includes('"') && (bare.match(/[\p{L}_][\p{L}\p{N}_$.]*/gu) ?? []).every((each) => words.has(each))
  )
}
