import { expect, test } from 'vitest'
import type { Kind } from '@/lib/drift/compare'
import { changeName } from './change-name'

test.each<[Kind, string, string, string]>([
  ['relation', 'public.patients', 'relation public.patients', 'relação public.patients'],
  ['column', 'public.t column "x"', 'public.t column "x"', 'public.t coluna "x"'],
  [
    'policy',
    'c."a column ""b" policy "is index "',
    'c."a column ""b" policy "is index "',
    'c."a column ""b" política "is index "',
  ],
  [
    'grant',
    'public.t: SELECT to app',
    'grant public.t: SELECT to app',
    'concessão public.t: SELECT para app',
  ],
  [
    'grant',
    'public.t column "x": UPDATE to PUBLIC',
    'grant public.t column "x": UPDATE to PUBLIC',
    'concessão public.t coluna "x": UPDATE para PUBLIC',
  ],
  [
    'grant',
    'schema s: CREATE to app',
    'grant schema s: CREATE to app',
    'concessão esquema s: CREATE para app',
  ],
  [
    'grant',
    'database: CONNECT to app',
    'grant database: CONNECT to app',
    'concessão banco: CONNECT para app',
  ],
  [
    'grant',
    'default privilege of o for tables in s: SELECT to app',
    'grant default privilege of o for tables in s: SELECT to app',
    'concessão privilégio padrão de o para tabelas em s: SELECT para app',
  ],
  ['membership', 'app in owner', 'membership app in owner', 'participação em papel: app em owner'],
  [
    'role setting',
    'role of every role in this database',
    'role setting role of every role in this database',
    'ajuste de papel: role de todo papel neste banco',
  ],
  ['extension', 'citext', 'extension citext', 'extensão citext'],
])('%s %s is named in both languages', (kind, object, en, pt) => {
  expect(changeName({ kind, object }, 'en')).toBe(en)
  expect(changeName({ kind, object }, 'pt')).toBe(pt)
})
