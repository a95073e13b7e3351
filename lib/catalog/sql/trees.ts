import { digestOf } from './governed'

/** Where a parse tree stands: the catalog, its column, and what tells its rows. Defaults are listed by their relation. */
const places = {
  using: ['pg_policy', 'polqual', 'oid'],
  'with check': ['pg_policy', 'polwithcheck', 'oid'],
  check: ['pg_constraint', 'conbin', 'oid'],
  default: ['pg_attrdef', 'adbin', 'adrelid'],
  predicate: ['pg_index', 'indpred', 'indexrelid'],
  key: ['pg_index', 'indexprs', 'indexrelid'],
} as const

export type Place = keyof typeof places

/**
 * Digests of trees without the places in their statements, `:location` and a number; in names a tree has a backslash before
 * each space. Splitting at it costs half of what a regular expression does.
 */
export const plainTreesSql = (among: ReadonlyMap<Place, readonly string[]>) =>
  [...among]
    .map(([place, oids]) => {
      const [catalog, tree, oid] = places[place]
      const plain = `(select string_agg(ltrim(piece, '-0123456789'), '') from unnest(string_to_array(${tree}::text, ' :location ')) piece)`
      const part = place === 'default' ? `${oid} || ' ' || adnum` : oid
      return `select '${place} ' || ${part}, ${digestOf(`textsend(${plain})`)}
  from ${catalog}
 where ${oid} = any ('{${oids.join(',')}}'::oid[])`
    })
    .join('\nunion all\n')

export type PlainTreeRow = readonly [part: string, tree: string]
