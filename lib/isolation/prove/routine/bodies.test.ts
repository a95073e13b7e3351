import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { factsOf } from '@/lib/rules/facts'
import { setupOf } from '../../setup/setup'
import type { Proof } from '../../types'
import { prove } from '../prove'
import { databaseEvaluator } from '../session'

/** Bodies of definer functions over all rows; each says what a call by somebody of tenant a does to rows of others. */
interface Body {
  readonly what: string
  readonly body: string
  readonly crosses: boolean
  /** What the prover says where that is not plain: it may hold anything what cannot be told apart any more. */
  readonly said?: 'not proved'
}

const own = `current_setting('app.tenant')`
const mine = `update q.rows set note = 'x' where tenant = v`

/** What looks as if it left nothing but values in variables. */
const quiet: readonly Body[] = [
  {
    what: 'a value nobody asks for',
    body: `v text := 'b'; begin v := 'c'; v := ${own}; ${mine}; end`,
    crosses: false,
  },
  {
    what: 'a value that is asked for',
    body: `v text; begin v := ${own}; v := p; ${mine}; end`,
    crosses: true,
  },
  { what: 'an assignment that writes', body: `v int; begin v := q.touch(p); end`, crosses: true },
  {
    what: 'an IF whose arm writes',
    body: `v int; begin if p is not null then v := q.touch(p); end if; end`,
    crosses: true,
  },
  {
    what: 'an IF whose condition writes',
    body: `v int; begin if q.touch(p) > 0 then v := 1; end if; end`,
    crosses: true,
  },
  {
    what: 'an ELSIF whose condition writes',
    body: `v int; begin if p is null then v := 1; elsif q.touch(p) > 0 then v := 2; end if; end`,
    crosses: true,
  },
  {
    what: 'a CASE whose arm writes',
    body: `v int; begin case p when 'z' then v := 1; else v := q.touch(p); end case; end`,
    crosses: true,
  },
  {
    what: 'a query that writes into a variable',
    body: `v int; begin select q.touch(p) into v; end`,
    crosses: true,
  },
  {
    what: 'a WITH that writes into a variable',
    body: `v text; begin with w as (update q.rows set note = 'x' where tenant = p returning tenant) select tenant into v from w; end`,
    crosses: true,
  },
  {
    what: 'a loop over rows that writes',
    body: `r record; v int; begin for r in select q.touch(p) as n loop v := r.n; end loop; end`,
    crosses: true,
  },
  {
    what: 'a loop whose bound writes',
    body: `v int; begin for i in 1 .. q.touch(p) loop v := i; end loop; end`,
    crosses: true,
  },
  {
    what: 'a query that must find a row',
    body: `v text; begin select m.tenant into strict v from q.members m where m.tenant = 'nobody'; update q.rows set note = 'x'; end`,
    crosses: false,
    said: 'not proved',
  },
  {
    what: 'a query that need not',
    body: `v text; begin select m.tenant into v from q.members m where m.tenant = 'nobody'; update q.rows set note = 'x'; end`,
    crosses: true,
  },
  {
    what: 'what a loop leaves',
    body: `v text := ${own}; i int; begin for i in 1 .. 3 loop v := p; end loop; ${mine}; end`,
    crosses: true,
  },
  {
    what: 'an EXIT that skips a guard',
    body: `v text := ${own}; begin <<outer>> begin exit outer when p = 'b'; if p is distinct from v then raise exception 'no'; end if; end; update q.rows set note = 'x' where tenant = p; end`,
    crosses: true,
  },
  {
    what: 'found after a query',
    body: `v text; begin select m.tenant into v from q.members m where m.tenant = p; if found then ${mine}; end if; end`,
    crosses: false,
  },
]

const many = (count: number, of: (at: number) => string) => Array.from({ length: count }, (_, at) => of(at))

/** A variable to which as many branches give values, and a change of all rows where it has none of those that are known. */
function branches(type: string, values: readonly string[], known: (value: string) => string): string {
  const [first = '', ...others] = values
  const arms = others.map((value, at) => `${at === 0 ? 'if' : 'elsif'} p = 'k${at}' then v := ${value};`)
  const told = values.map(known).join(' or ')
  return `v ${type} := ${first}; begin ${arms.join(' ')} end if; if (${told}) is not true then update q.rows set note = 'x'; end if; end`
}

const texts = (count: number) => many(count, (at) => `'n${at}'`)
const lists = (count: number) => texts(count).map((text) => `array[${text}]`)
const inText = (value: string) => `v = ${value}`
const inList = (value: string) =>
  value === 'null' ? 'false' : `${value.slice('array['.length, -1)} = any (v)`
const never = 'null'

/** Variables that many branches give values: they are told apart up to a bound, and may hold anything past it. */
const joined: readonly Body[] = [
  { what: '16 texts', body: branches('text', texts(16), inText), crosses: false },
  { what: '17 texts', body: branches('text', texts(17), inText), crosses: false, said: 'not proved' },
  {
    what: '16 texts and one that is not told',
    body: branches('text', [...texts(15), never], inText),
    crosses: true,
  },
  {
    what: '17 texts and one that is not told',
    body: branches('text', [...texts(16), never], inText),
    crosses: true,
  },
  { what: '2 lists', body: branches('text[]', lists(2), inList), crosses: false },
  { what: '3 lists', body: branches('text[]', lists(3), inList), crosses: false, said: 'not proved' },
  {
    what: '3 lists, one of them not told',
    body: branches('text[]', [...lists(2), never], inList),
    crosses: true,
  },
  {
    what: '17 texts, none of them NULL',
    body: branches('text', texts(17), () => 'v is not null'),
    crosses: false,
  },
  {
    what: '17 texts, one of them NULL',
    body: branches('text', [...texts(16), never], () => 'v is not null'),
    crosses: true,
  },
  {
    what: '3 documents, none of them NULL',
    body: branches('jsonb', [`'1'`, `'2'`, `'3'`], () => 'v is not null'),
    crosses: false,
  },
  {
    what: '3 documents, one of them NULL',
    body: branches('jsonb', [`'1'`, `'2'`, never], () => 'v is not null'),
    crosses: true,
  },
]

/** A variable that an IF may have set, and a branch that asks what it holds. */
const asked = (of: string, then: string) => `v text; begin if ${of} then v := p; end if; ${then}; end`
const write = `update q.rows set note = 'x' where tenant = p`

/** Conditions that are worked out once a model makes use of them: how they are must hold where they are taken and where not. */
const conditions: readonly Body[] = [
  {
    what: 'an arm that is never taken',
    body: asked(`p = ${own}`, `if v <> p then ${write}; end if`),
    crosses: false,
  },
  {
    what: 'an arm that one of the tenant takes',
    body: asked(`p = ${own}`, `if v is not null then ${write}; end if`),
    crosses: false,
  },
  {
    what: 'an arm that another takes',
    body: asked(`p <> ${own}`, `if v is not null then ${write}; end if`),
    crosses: true,
  },
  {
    what: 'an ELSE for one of the tenant',
    body: asked(`p <> ${own}`, `if v is not null then null; else ${write}; end if`),
    crosses: false,
  },
  {
    what: 'an ELSE for another',
    body: asked(`p = ${own}`, `if v is not null then null; else ${write}; end if`),
    crosses: true,
  },
  {
    what: 'a RETURN before it for another',
    body: asked(`p = ${own}`, `if v is null then return; end if; ${write}`),
    crosses: false,
  },
  {
    what: 'a RETURN before it for one of the tenant',
    body: asked(`p = ${own}`, `if v is not null then return; end if; ${write}`),
    crosses: true,
  },
  {
    what: 'an error for another within a block',
    body: asked(
      `p = ${own}`,
      `begin if v is null then raise exception 'no'; end if; exception when others then return; end; ${write}`,
    ),
    crosses: false,
  },
]

const all = [...quiet, ...joined, ...conditions].map((each, at) => ({ ...each, name: `q.f${at}` }))
const given = ['a', 'b', 'z', ...many(20, (at) => `k${at}`)]

let db: TestDatabase
let proofs: ReadonlyMap<string, Proof>

beforeAll(async () => {
  db = await testDatabase()
  await db.run(`
    do $$ begin create role q_desk nologin; exception when duplicate_object or unique_violation then null; end $$;
    create schema q; grant usage on schema q to q_desk;
    create table q.rows (id int primary key, tenant text not null, note text);
    create table q.members (tenant text not null);
    insert into q.rows values (1, 'a'), (2, 'b');
    insert into q.members values ('a');
    create function q.touch(p text) returns int language sql security definer set search_path = q, pg_temp
      as $$ update rows set note = 'x' where tenant = p returning 1 $$;
    revoke execute on function q.touch(text) from public;
    ${all.map(({ name, body }) => `create function ${name}(p text) returns void language plpgsql security definer set search_path = q, pg_temp as $$ declare ${body} $$;`).join('\n')}`)
  const isolation = {
    tenants: [
      { relation: 'q.rows', column: 'tenant' },
      ...all.map(({ name }) => ({ relation: `${name}(text)`, column: null })),
    ],
    principals: [
      {
        name: 'A',
        tenants: ['a'],
        login: null,
        role: 'q_desk',
        settings: { 'app.tenant': 'a' },
        claims: null,
      },
    ],
  }
  const snapshot = await readSnapshot(db.url)
  const { setup } = await setupOf(factsOf(snapshot, { isolation }))
  const found = await prove(snapshot, setup, databaseEvaluator(db.url, db.url), { channels: ['row'] })
  proofs = new Map(found.filter(({ command }) => command === 'UPDATE').map((each) => [each.relation, each]))
})
afterAll(() => db.drop())

/** Does a call with any of these texts change a row of another tenant? */
async function crossed(name: string): Promise<boolean> {
  for (const text of given) {
    const [row] = await db.run<{ hit: boolean }>(`
      begin; update q.rows set note = null; select set_config('app.tenant', 'a', true); set local role q_desk;
      do $$ begin perform ${name}('${text}'); exception when others then null; end $$;
      reset role; select exists (select from q.rows where tenant <> 'a' and note = 'x') as hit`)
    await db.run('rollback')
    if (row?.hit) return true
  }
  return false
}

describe.each(all)('$what', ({ name, crosses, said }) => {
  test(crosses ? 'crosses' : 'is kept', async () => {
    expect(await crossed(name)).toBe(crosses)
    const { outcome } = proofs.get(`${name}(text)`)!
    if (crosses) expect(outcome).toBe('model')
    else if (said) expect(outcome).not.toBe('proved')
    else expect(outcome).toMatch(/proved|unreachable/)
  })
})
