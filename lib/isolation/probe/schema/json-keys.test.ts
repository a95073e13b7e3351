import { expect, test } from 'vitest'
import { jsonKeysOf } from './json-keys'

test.each([
  [`(jwt() -> 'user_metadata'::text) ->> 'admin'::text`, ['user_metadata', 'admin']],
  [`jwt() #>> '{user_metadata,admin}'::text[]`, ['user_metadata', 'admin']],
  [`jwt() #>> ARRAY['user_metadata'::text, 'admin'::text]`, ['user_metadata', 'admin']],
  [
    `jsonb_extract_path_text(jwt(), VARIADIC ARRAY['user_metadata'::text, 'admin'::text])`,
    ['user_metadata', 'admin'],
  ],
  [`jwt() @> '{"user_metadata": {"admin": true}}'::jsonb`, ['user_metadata', 'admin']],
  [`jwt() @? '$."user_metadata"."admin"'::jsonpath`, ['user_metadata', 'admin']],
  [`select from jsonb_to_record(j) as r(clinic uuid, kind text)`, ['clinic', 'kind']],
])('%s', (text, keys) => expect(jsonKeysOf(text)).toEqual(keys))
