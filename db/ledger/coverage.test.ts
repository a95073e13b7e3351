import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installLedger } from '../reference/files'
import { majors, testDatabase, type TestDatabase } from '../test-database'

/** Two values of each type that differ; for some they differ although the type calls them equal. */
const types: readonly (readonly [type: string, one: string, other: string])[] = [
  ['bool', 'true', 'false'],
  ['int2', '1', '2'],
  ['int4', '1', '2'],
  ['int8', '1', '9007199254740993'],
  ['numeric', '1.0', '1.00'],
  ['float4', '1', '1.1'],
  ['float8', '0', `'-0'`],
  ['money', '1', '2'],
  ['text', `'a'`, `'á'`],
  ['varchar(20)', `'a'`, `'A'`],
  ['char(5)', `'a'`, `'b'`],
  ['name', `'a'`, `'b'`],
  ['"char"', `'a'`, `'b'`],
  ['bytea', `'\\x00'`, `'\\x01'`],
  ['date', `'2026-01-01'`, `'infinity'`],
  ['time', `'10:00'`, `'10:00:00.000001'`],
  ['timetz', `'10:00+00'`, `'11:00+01'`],
  ['timestamp', `'2026-01-01'`, `'-infinity'`],
  ['timestamptz', `'2026-01-01Z'`, `'infinity'`],
  ['interval', `'1 month'`, `'30 days'`],
  ['uuid', `'00000000-0000-4000-8000-000000000001'`, `'00000000-0000-4000-8000-000000000002'`],
  ['json', `'{"a":1}'`, `'{"a": 1}'`],
  ['jsonb', `'{"a":1.0}'`, `'{"a":1.00}'`],
  ['inet', `'10.0.0.1'`, `'10.0.0.1/8'`],
  ['cidr', `'10.0.0.0/8'`, `'10.0.0.0/16'`],
  ['macaddr', `'08:00:2b:01:02:03'`, `'08:00:2b:01:02:04'`],
  ['bit(3)', `'101'`, `'111'`],
  ['varbit', `'101'`, `'1011'`],
  ['point', `'(1,2)'`, `'(1.0000000001,2)'`],
  ['box', `'((0,0),(1,1))'`, `'((0,0),(1,2))'`],
  ['path', `'[(0,0),(1,1)]'`, `'((0,0),(1,1))'`],
  ['polygon', `'((0,0),(1,1),(2,0))'`, `'((0,0),(1,1),(2,1))'`],
  ['circle', `'<(0,0),1>'`, `'<(0,1),1>'`],
  ['tsvector', `'a b'`, `'a c'`],
  ['tsquery', `'a & b'`, `'a | b'`],
  ['int4range', `'[1,3)'`, `'[1,4)'`],
  ['tstzrange', `'[2026-01-01Z,)'`, `'[2026-01-02Z,)'`],
  ['int4multirange', `'{[1,3)}'`, `'{[1,3),[5,6)}'`],
  ['text[]', `'{a}'`, `'{a,NULL}'`],
  ['numeric[]', `'{1.0}'`, `'{1.00}'`],
  ['jsonb[]', `array['1'::jsonb]`, `array['2'::jsonb]`],
  ['mood', `'calm'`, `'tense'`],
  ['small', '1', '2'],
  ['pair', `row(1,'a')`, `row(1,null)`],
  ['oid', '1', '2'],
  ['regclass', `'pg_class'`, `'pg_proc'`],
  ['pg_lsn', `'0/1'`, `'0/2'`],
  ['xid8', `'1'`, `'2'`],
]

const forms = majors().flatMap((major) => [
  [major, 'made for the table'] as const,
  [major, 'general'] as const,
])

describe.each(forms)('PostgreSQL %i, capture %s', (major, form) => {
  let database: TestDatabase
  let client: Client
  const column = (at: number) => `c${at}`

  beforeAll(async () => {
    database = await testDatabase(major)
    client = await database.connect()
    await installLedger(client)
    if (form === 'general') await client.query('drop event trigger ledger_follow')
    await client.query(`
      create type mood as enum ('calm', 'tense'); create domain small as int check (value < 100); create type pair as (a int, b text);
      create table kinds (id int primary key, ${types.map(([type], at) => `${column(at)} ${type}`).join(', ')});
      create table notes (id int primary key, kind text, body text, twice int generated always as (id * 2) stored);
      create table keyless (kind text, body text);
      create table parts (id int, at date, body text, primary key (id, at)) partition by range (at);
      create table parts_a partition of parts for values from ('2026-01-01') to ('2026-07-01');
      create table parts_b partition of parts for values from ('2026-07-01') to ('2027-01-01');
      create table parents (id int primary key);
      create table cascaded (id int primary key, parent int references parents on delete cascade on update cascade);
      create table nulled (id int primary key, parent int references parents on delete set null);
      create table ends (id int primary key);
      create table twice (id int primary key, one int references ends on delete set null, two int references ends on delete set null);
      create table elders (id int primary key, body text);
      create table children (age int) inherits (elders);
      create table clashing (id int primary key, salt text, changed text, role text, at text, old text, new text, said text, many text, named text, ledger text);
      create view seen as select id, kind from notes;
      create function touch() returns trigger language plpgsql as 'begin new.body := coalesce(new.body, '''') || ''!''; return new; end';
      select ledger.watch(t::regclass) from unnest(array['kinds', 'notes', 'keyless', 'parts', 'parents', 'cascaded', 'nulled', 'twice', 'elders', 'children', 'clashing']) t`)
    // Half of the columns are open, half are not: both ways of keeping have to see a change.
    await client.query(
      types
        .map((_, at) => `comment on column kinds.${column(at)} is 'x. [${at % 2 === 0 ? 'int' : 'sens'}]'`)
        .join(';'),
    )
    if (form === 'general') await client.query(`select ledger.watch('kinds')`)
  })
  afterAll(async () => {
    await client.end()
    await database.drop()
  })

  interface Told {
    readonly action: string
    readonly changed_fields: string[] | null
    readonly record_key: string | null
    readonly table_name: string
  }
  const told = async (work: string): Promise<Told[]> => {
    const [before] = await database.run<{ id: string }>(
      'select coalesce(max(id), 0) as id from ledger.audit_logs',
    )
    await client.query(work)
    return database.run<Told>(
      'select action::text, changed_fields, record_key, table_name from ledger.audit_logs where id > $1 order by id',
      [before?.id],
    )
  }

  test('uses the form that this test is about', async () => {
    const rows = await database.run<{ name: string }>(
      `select distinct proname as name from pg_trigger t join pg_proc p on p.oid = tgfoid where tgname = 'ledger_capture' order by 1`,
    )
    expect(rows.length === 1 && rows[0]?.name === 'capture').toBe(form === 'general')
  })

  test('a change of any type of column is seen, to a value, to another, and to nothing', async () => {
    await client.query('insert into kinds (id) values (1)')
    for (const [at, [type, one, other]] of types.entries()) {
      for (const value of [one, other, 'null'])
        expect([
          type,
          value,
          await told(`update kinds set ${column(at)} = ${value === 'null' ? 'null' : `${value}::${type}`}`),
        ]).toEqual([
          type,
          value,
          [{ action: 'update', changed_fields: [column(at)], record_key: '1', table_name: 'public.kinds' }],
        ])
      expect([type, await told(`update kinds set ${column(at)} = ${column(at)}`)]).toEqual([type, []])
    }
  })

  test('rows of every type are told whole when they come and go', async () => {
    const values = types.map(([type, one]) => `${one}::${type}`).join(', ')
    const names = ['id', ...types.map((_, at) => column(at))].sort()
    const [made] = await told(`insert into kinds values (2, ${values})`)
    expect([made?.action, made?.changed_fields?.toSorted()]).toEqual(['create', names])
    const [gone] = await told('delete from kinds where id = 2')
    expect([gone?.action, gone?.changed_fields?.toSorted()]).toEqual(['delete', names])
  })

  test('every form of statement', async () => {
    const cases: [sql: string, actions: string[]][] = [
      [`insert into notes (id, kind) values (1, 'a'), (2, 'b')`, ['create', 'create']],
      [
        `insert into notes (id, kind) select n, 'c' from generate_series(3, 5) n`,
        ['create', 'create', 'create'],
      ],
      [`insert into notes (id, kind) values (1, 'x') on conflict do nothing`, []],
      [
        `insert into notes (id, kind) values (1, 'x'), (6, 'y') on conflict (id) do update set kind = excluded.kind`,
        ['update', 'create'],
      ],
      [`update notes set kind = 'z' where id = 1`, ['update']],
      [`update notes set kind = kind`, []],
      [`update notes set kind = 'w' from parents where false`, []],
      [
        `with gone as (delete from notes where id = 6 returning id) insert into notes (id) select id + 1 from gone`,
        ['delete', 'create'],
      ],
      [`update seen set kind = 'by view' where id = 1`, ['update']],
      [`update notes set id = 100 where id = 1`, ['delete', 'create']],
      [`update notes set id = id, kind = 'same key' where id = 100`, ['update']],
      [
        `prepare p (int) as update notes set body = 'prepared' where id = $1; execute p(100); execute p(2); deallocate p`,
        ['update', 'update'],
      ],
      [
        `do $$ begin for i in 1..3 loop update notes set body = i::text where id = 100; end loop; end $$`,
        ['update', 'update', 'update'],
      ],
      [
        `begin; update notes set kind = 'one' where id = 2; savepoint s; update notes set kind = 'two' where id = 2; rollback to s; commit`,
        ['update'],
      ],
      [
        `set session_replication_role = replica; update notes set kind = 'replica' where id = 2; set session_replication_role = origin`,
        ['update'],
      ],
      [
        `begin; create trigger touched before update on notes for each row execute function touch(); update notes set kind = 'touched' where id = 2; drop trigger touched on notes; commit`,
        ['update'],
      ],
      [`insert into parents values (1), (2)`, ['create', 'create']],
      [`insert into cascaded values (1, 1); insert into nulled values (1, 1)`, ['create', 'create']],
      [`update parents set id = 3 where id = 1 and not exists (select from nulled where parent = 1)`, []],
      [`delete from parents where id = 1`, ['delete', 'delete', 'update']],
      [`insert into keyless values ('a', 'b')`, ['create']],
      [`update keyless set body = 'c'`, ['update']],
      [`delete from keyless`, ['delete']],
      [
        `insert into parts values (1, '2026-02-02', 'x'); insert into parts_b values (2, '2026-08-08', 'y')`,
        ['create', 'create'],
      ],
      [`update parts set body = 'z' where id = 1; update parts_b set body = 'z'`, ['update', 'update']],
      [`update parts set at = '2026-09-09' where id = 1`, ['delete', 'create']],
      [
        `create table parts_c partition of parts for values from ('2027-01-01') to ('2028-01-01'); insert into parts_c values (3, '2027-02-02', 'new')`,
        ['create'],
      ],
      [`delete from parts where id = 2`, ['delete']],
      [`truncate parts_a`, ['truncate']],
      [`truncate notes`, ['truncate']],
      [`truncate parents cascade`, ['truncate', 'truncate', 'truncate']],
      ...(major >= 15
        ? ([
            [
              `insert into notes (id, kind) values (1, 'a'), (2, 'b'); merge into notes n using (values (1), (2), (3)) v (id) on n.id = v.id
               when matched and v.id = 1 then update set kind = 'merged' when matched then delete when not matched then insert (id) values (v.id)`,
              ['create', 'create', 'update', 'delete', 'create'],
            ],
          ] as [string, string[]][])
        : []),
    ]
    for (const [sql, actions] of cases) {
      const found = (await told(sql)).map(({ action }) => action)
      expect([sql, found.toSorted()]).toEqual([sql, actions.toSorted()])
    }
  })

  test('COPY is told row by row', async () => {
    const rows = await told(`copy notes (id, kind) from program 'printf "901\\tx\\n902\\ty\\n"'`)
    expect(rows.map(({ action, record_key }) => [action, record_key])).toEqual([
      ['create', '901'],
      ['create', '902'],
    ])
  })

  test('a partition’s changes carry the name of its table', async () => {
    expect(await told(`insert into parts_b values (50, '2026-08-08', 'y')`)).toMatchObject([
      { table_name: 'public.parts' },
    ])
  })

  test('columns that come, go and change their name are followed', async () => {
    await client.query(`insert into notes (id, kind) values (700, 'x')`)
    await client.query('alter table notes add column extra text')
    expect(await told(`update notes set extra = 'new' where id = 700`)).toMatchObject([
      { changed_fields: ['extra'] },
    ])
    await client.query('alter table notes rename column extra to renamed')
    expect(await told(`update notes set renamed = 'newer' where id = 700`)).toMatchObject([
      { changed_fields: ['renamed'] },
    ])
    await client.query('alter table notes drop column renamed')
    expect(await told(`update notes set kind = 'still' where id = 700`)).toMatchObject([
      { changed_fields: ['kind'] },
    ])
    await client.query('alter table notes rename to letters')
    expect(await told(`update letters set kind = 'moved' where id = 700`)).toMatchObject([
      { table_name: 'public.letters' },
    ])
    await client.query('alter table letters rename to notes')
    await client.query(
      `create schema wing; create table wing.rooms (id int primary key); select ledger.watch('wing.rooms');
       alter schema wing rename to annex`,
    )
    expect(await told('insert into annex.rooms values (1)')).toMatchObject([{ table_name: 'annex.rooms' }])
    // What was never null may become it, and is then no field of the entry.
    await client.query(
      `create table asked (id int primary key, why text not null); select ledger.watch('asked');
       alter table asked alter column why drop not null`,
    )
    expect(await told('insert into asked values (1)')).toMatchObject([{ changed_fields: ['id'] }])
  })

  test('two tables whose names an underscore makes one have a capture each', async () => {
    await client.query(
      `create schema a; create schema a_b; create table a.b_c (id int primary key, said text);
       create table a_b.c (id int primary key); select ledger.watch('a.b_c'); select ledger.watch('a_b.c')`,
    )
    expect(await told(`insert into a.b_c values (1, 'x')`)).toMatchObject([
      { table_name: 'a.b_c', changed_fields: ['id', 'said'] },
    ])
    expect(await told('insert into a_b.c values (2)')).toMatchObject([
      { table_name: 'a_b.c', changed_fields: ['id'] },
    ])
  })

  test('rows that one statement touches twice, keys that trade places, and names the capture uses itself', async () => {
    const entries = async (work: string) =>
      (await told(work)).map((e) => [e.action, e.record_key, e.changed_fields])
    await client.query(
      'insert into ends values (10), (11); insert into twice values (1, 10, 11), (2, 11, 10)',
    )
    // Two foreign keys, two updates of each row, all by one statement.
    const nulled = await entries('delete from ends where id in (10, 11)')
    expect(nulled.filter(([action]) => action === 'update').toSorted()).toEqual([
      ['update', '1', ['one']],
      ['update', '1', ['two']],
      ['update', '2', ['one']],
      ['update', '2', ['two']],
    ])
    await client.query(`alter table notes drop constraint notes_pkey, add primary key (id) deferrable;
      comment on column notes.kind is 'Kind. [int]'; select ledger.watch('notes');
      insert into notes (id, kind) values (801, 'a'), (802, 'b'), (803, 'c')`)
    const traded = await told('update notes set id = 1603 - id where id in (801, 802)')
    expect(traded.map((e) => [e.action, e.record_key]).toSorted()).toEqual([
      ['create', '801'],
      ['create', '802'],
      ['delete', '801'],
      ['delete', '802'],
    ])
    // Both rows are there: the newest entry of neither may say that it went.
    if (form === 'made for the table')
      expect(traded.map((e) => e.action)).toEqual(['delete', 'delete', 'create', 'create'])
    // The values of the row, and nothing that stood beside it.
    const { rows: keptNames } = await client.query(
      `select distinct k from ledger.audit_logs, jsonb_object_keys(coalesce(old_values, new_values)) k where record_key in ('801', '802')`,
    )
    expect(keptNames).toEqual([{ k: 'kind' }])
    const mixed = await told(
      `update notes set id = case id when 802 then 1902 else id end, kind = 'd' where id in (802, 803)`,
    )
    expect(mixed.map((e) => [e.action, e.record_key]).toSorted()).toEqual([
      ['create', '1902'],
      ['delete', '802'],
      ['update', '803'],
    ])
    const names = 'salt, changed, role, at, old, new, said, many, named, ledger'
    const some = names
      .split(', ')
      .map((name) => `'${name}'`)
      .join(', ')
    expect(
      await entries(`insert into clashing (id, ${names}) values (1, ${some}), (2, ${some})`),
    ).toHaveLength(2)
    const set = names
      .split(', ')
      .map((name) => `${name} = 'x'`)
      .join(', ')
    const changed = async (where: string, value: string) =>
      (await entries(`update clashing set ${set.replaceAll("'x'", `'${value}'`)} where ${where}`))
        .map(([, key, fields]) => `${String(key)} ${(fields as string[]).length}`)
        .toSorted()
    expect(await changed('id = 1', 'x')).toEqual(['1 10'])
    expect(await changed('id > 0', 'y')).toEqual(['1 10', '2 10'])
    expect(await entries('delete from clashing')).toHaveLength(2)
  })

  test('a child by inheritance is seen whatever table the statement names', async () => {
    expect(await told(`insert into children values (1, 'a', 9)`)).toMatchObject([
      { action: 'create', table_name: 'public.children' },
    ])
    expect(await told(`update elders set body = 'b'`)).toMatchObject([
      { action: 'update', table_name: 'public.children', changed_fields: ['body'] },
    ])
    await client.query('create table late (id int primary key, body text)')
    await client.query(`select ledger.watch('late')`)
    await client.query('alter table late inherit elders')
    expect(await told(`insert into late values (2, 'x'); delete from elders where id = 2`)).toMatchObject([
      { action: 'create', table_name: 'public.late' },
      { action: 'delete', table_name: 'public.late' },
    ])
  })

  test('many rows in one statement, as many entries', async () => {
    expect(await told(`insert into notes (id) select n from generate_series(10000, 12999) n`)).toHaveLength(
      3000,
    )
    expect(await told(`update notes set body = 'all' where id >= 10000`)).toHaveLength(3000)
  })
})
