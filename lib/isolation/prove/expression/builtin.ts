/** What is known of a built-in function that neither changes anything nor depends on more than its arguments. */
export interface Builtin {
  readonly type: string | null
  /** Never NULL for arguments that are not. */
  readonly total: boolean
  readonly strict: boolean
  /** Makes documents, lists or digests, whose content hardly ever decides who sees what. */
  readonly bulky?: boolean
}

const bulky = new Set(
  `jsonb_build_object json_build_object jsonb_build_array array_append array_prepend array_cat array_remove jsonb_set
   jsonb_strip_nulls row_to_json to_json concat concat_ws format convert_to encode sha224 sha256 sha384 sha512
   string_to_array`.split(/\s+/),
)

const list = (names: string, type: string | null, total = true, strict = true) =>
  names.split(/\s+/).map((name): [string, Builtin] => [name, { type, total, strict, bulky: bulky.has(name) }])

/** Functions of pg_catalog that may be computed anywhere. Anything else there is not understood. */
export const builtins: ReadonlyMap<string, Builtin> = new Map([
  ...list(
    `lower upper btrim ltrim rtrim replace split_part left right reverse repeat substr initcap md5 lpad rpad translate
     quote_literal quote_ident regexp_replace encode overlay to_hex chr normalize text host like_escape
     similar_to_escape`,
    'text',
  ),
  // Of an infinite date, an empty format or a part that is not there they make NULL.
  ...list('to_char', 'text', false),
  ...list('date_part extract age', null, false),
  ...list('jsonb_path_exists', 'boolean', false),
  ...list('substring jsonb_extract_path_text json_extract_path_text jsonb_typeof json_typeof', 'text', false),
  ...list('concat', 'text', true, false),
  ...list('concat_ws format', 'text', false, false),
  ...list(
    'length char_length character_length octet_length bit_length position strpos ascii hashtext',
    'integer',
  ),
  ...list('hashtextextended hash_numeric', 'bigint'),
  ...list('cardinality jsonb_array_length json_array_length', 'integer'),
  ...list('array_length array_position array_upper array_lower', 'integer', false, false),
  ...list('starts_with regexp_like like notlike texteq textne uuid_eq int4eq int8eq booleq', 'boolean'),
  ...list('jsonb_exists jsonb_exists_any jsonb_exists_all jsonb_contains array_contains isfinite', 'boolean'),
  ...list('abs mod sign floor ceil ceiling round trunc power sqrt make_interval', null),
  ...list('date_trunc to_timestamp make_timestamptz timezone', null),
  ...list('to_date make_date date', 'date'),
  ...list('decode sha224 sha256 sha384 sha512 convert_to', 'bytea'),
  ...list('jsonb_extract_path json_extract_path', null, false),
  ...list('regexp_match', 'text[]', false),
  ...list('string_to_array regexp_split_to_array', 'text[]', false, false),
  ...list('array_append array_prepend array_cat array_remove', null, false, false),
  ...list('to_jsonb to_json row_to_json', null),
  ...list('jsonb_build_object json_build_object jsonb_build_array', null, true, false),
  ...list('num_nulls num_nonnulls', 'integer', true, false),
  ...list('jsonb_set jsonb_strip_nulls', 'jsonb', false),
  ...list('lower_inc upper_inc lower_inf upper_inf isempty', 'boolean'),
])

/** Give another value at every call, or change something: never computed, may be anything that is not NULL. */
export const changing = new Set(
  `random gen_random_uuid uuid_generate_v4 uuidv4 uuidv7 clock_timestamp timeofday nextval txid_current
   pg_current_xact_id pg_backend_pid`.split(/\s+/),
)

/** Computed by PostgreSQL once for the session; the answer holds for the moment. */
export const ofTheMoment = new Set('now transaction_timestamp statement_timestamp'.split(' '))

export const aggregates = new Set(
  `count sum avg min max bool_and bool_or every array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg
   any_value bit_and bit_or stddev variance percentile_cont percentile_disc mode xmlagg range_agg`.split(
    /\s+/,
  ),
)

/** Return rows, computed from their arguments alone. */
export const rowMakers: ReadonlyMap<string, string | null> = new Map([
  ['unnest', null],
  ['jsonb_array_elements_text', 'text'],
  ['json_array_elements_text', 'text'],
  ['jsonb_array_elements', 'jsonb'],
  ['json_array_elements', 'json'],
  ['jsonb_object_keys', 'text'],
  ['json_object_keys', 'text'],
  ['string_to_table', 'text'],
  ['regexp_split_to_table', 'text'],
  ['generate_series', null],
])

/** Return rows of which nothing is told. */
export const otherRowMakers = new Set(
  `regexp_matches jsonb_each json_each jsonb_each_text json_each_text jsonb_to_recordset json_to_recordset
   jsonb_populate_recordset json_populate_recordset jsonb_path_query jsonb_path_query_tz generate_subscripts ts_parse
   ts_token_type ts_stat aclexplode pg_get_keywords pg_options_to_table xpath_table`.split(/\s+/),
)

/** Known to return one value; any other function of PostgreSQL may return rows of several columns. */
export const isScalar = (name: string) =>
  builtins.has(name) ||
  changing.has(name) ||
  ofTheMoment.has(name) ||
  ['current_setting', 'set_config', 'pg_has_role'].includes(name)
