import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '../test-database'
import { referenceDatabase } from '../test-reference'
import { installLedger, runFiles } from '../reference/files'
import { clinicOf, makeTwoClinics, marker, rowOf, userOf } from '../reference/two-clinics'

interface Entry {
  readonly action: string
  readonly table_name: string
  readonly record_id: string | null
  readonly record_key: string | null
  readonly changed_fields: string[] | null
  readonly old_values: Record<string, unknown> | null
  readonly new_values: Record<string, unknown> | null
  readonly before_hash: Buffer | null
  readonly after_hash: Buffer | null
  readonly actor_user_id: string | null
  readonly session_role: string
  readonly clinic_id: string | null
  readonly patient_ref: string | null
  readonly request_id: string | null
  readonly phi_accessed: boolean
}

describe.each(majors().map((major) => [major]))('PostgreSQL %i, the log alone', (major) => {
  let database: TestDatabase
  let client: Client
  beforeAll(async () => {
    database = await testDatabase(major)
    client = await database.connect()
    await installLedger(client)
    await client.query(`
      create table public.notes (id uuid primary key default gen_random_uuid(), clinic_id uuid, kind text, body text, doses numeric);
      comment on column public.notes.id is 'Key. [int]';
      comment on column public.notes.kind is 'Kind. [pub]';
      comment on column public.notes.body is 'Text. [sens free]';
      create table public.pairs (a int, b text, note text, primary key (a, b));
      create table public.parts (id uuid not null, at date not null, primary key (id, at)) partition by range (at);
      create table public.parts_2026 partition of public.parts for values from ('2026-01-01') to ('2027-01-01');
      create table public.lines (id uuid primary key default gen_random_uuid(), note_id uuid references public.notes on delete cascade);
      select ledger.watch('public.notes'), ledger.watch('public.pairs'), ledger.watch('public.parts'), ledger.watch('public.lines')`)
  })
  afterAll(async () => {
    await client.end()
    await database.drop()
  })

  const since = async (work: string) => {
    const before = await database.run<{ id: string }>(
      'select coalesce(max(id), 0) as id from ledger.audit_logs',
    )
    await client.query(work)
    return database.run<Entry>('select * from ledger.audit_logs where id > $1 order by id', [before[0]?.id])
  }

  test('records insert, update, delete and truncate, in every form', async () => {
    const id = 'aaaaaaaa-0000-4000-8000-000000000001'
    const forms: [string, string[]][] = [
      [`insert into notes (id, kind, body) values ('${id}', 'x', 'y')`, ['create']],
      [`update notes set body = 'z'`, ['update']],
      [
        `insert into notes (id, kind) values ('${id}', 'w') on conflict (id) do update set kind = excluded.kind`,
        ['update'],
      ],
      [`with n as (update notes set kind = 'v' returning id) select from n`, ['update']],
      [`insert into lines (note_id) values ('${id}')`, ['create']],
      [`delete from notes`, ['delete', 'delete']],
      [`insert into parts values (gen_random_uuid(), '2026-05-05')`, ['create']],
      [`insert into parts_2026 values (gen_random_uuid(), '2026-05-06')`, ['create']],
      [
        `set session_replication_role = replica; insert into notes default values; set session_replication_role = origin`,
        ['create'],
      ],
      [`truncate notes cascade`, ['truncate', 'truncate']],
      [`begin; insert into notes default values; rollback`, []],
      [
        `begin; savepoint s; insert into notes default values; rollback to s; insert into notes default values; commit`,
        ['create'],
      ],
    ]
    for (const [sql, actions] of forms)
      expect([sql, (await since(sql)).map(({ action }) => action)]).toEqual([sql, actions])
  })

  test('keeps values by class, and treats what nobody classified as protected', async () => {
    const [made] = await since(`insert into notes (kind, body, doses) values ('visible', 'secret', 2.50)`)
    expect(made?.new_values).toMatchObject({ kind: 'visible' })
    expect(JSON.stringify(made)).not.toContain('secret')
    expect(made?.new_values).not.toHaveProperty('doses')
    expect(made?.phi_accessed).toBe(true)
    expect(made?.after_hash).toHaveLength(32)
    expect(made?.before_hash).toBeNull()
    const [changed] = await since(`update notes set body = 'other' where kind = 'visible'`)
    expect(changed?.changed_fields).toEqual(['body'])
    expect([changed?.old_values, changed?.new_values]).toEqual([null, null])
    expect(changed?.before_hash).not.toEqual(changed?.after_hash)
    const [pair] = await since(`insert into pairs values (1, 'x"y', 'n')`)
    expect([pair?.record_id, JSON.parse(pair?.record_key ?? '')]).toEqual([null, { a: 1, b: 'x"y' }])
  })

  test('an address that is none costs no write: it stays as it was said', async () => {
    const [made] = await since(
      `set app.ip = '10.0.0.300'; set app.user_agent = 'desk'; insert into notes (kind) values ('from nowhere')`,
    )
    expect(made).toMatchObject({ user_agent: 'desk app.ip=10.0.0.300', action: 'create' })
    const [changed] = await since(
      `set app.ip = '10.0.0.30'; update notes set kind = 'from a place' where kind = 'from nowhere'`,
    )
    expect(changed).toMatchObject({ ip: '10.0.0.30', user_agent: 'desk' })
    const [told] = await since(`set app.ip = 'nowhere'; select ledger.record_event('login')`)
    expect(told).toMatchObject({ user_agent: 'desk app.ip=nowhere', action: 'login' })
    expect(
      await since(
        `update notes set kind = 'x' where false; delete from notes where kind = 'from a place'; reset all`,
      ),
    ).toHaveLength(1)
  })

  test('two tables under audit change their columns at the same moment', async () => {
    const other = await database.connect()
    await client.query(`begin; alter table lines add column at_once text`)
    await other.query(`set lock_timeout = '20s'; alter table pairs add column at_once text`)
    await client.query('commit')
    await other.end()
    const [line] = await since(`update notes set kind = kind; insert into pairs values (7, 'y', 'n', 'z')`)
    expect(line?.changed_fields).toContain('at_once')
  })

  test('the same content has the same hash whatever the session is set to', async () => {
    await client.query(`insert into notes (body, doses) values ('stable', 1.10)`)
    const hashes: string[] = []
    for (const settings of [
      `set timezone = 'UTC'`,
      `set timezone = 'Asia/Tokyo'; set extra_float_digits = -3; set intervalstyle = 'sql_standard'`,
    ]) {
      await client.query(settings)
      const [entry] = await since(`update notes set doses = doses + 1 where body = 'stable'`)
      const [check] = await database.run<{ same: boolean }>(
        `select after_hash = sha256(salt || convert_to((select jsonb_build_object('doses', doses) from notes where body = 'stable')::text, 'UTF8')) as same
         from ledger.audit_logs order by id desc limit 1`,
      )
      expect(check?.same).toBe(true)
      hashes.push(String(entry?.changed_fields))
    }
    await client.query('reset all')
    expect(hashes).toEqual(['doses', 'doses'])
  })

  test('a reader gives the row with the entry of the read, and no row without it', async () => {
    await client.query(`alter table notes add column patient_id uuid; comment on column notes.patient_id is 'Whose. [pers]';
      select ledger.make_reader('public.notes')`)
    const [id, clinic, patient] = [1, 2, 3].map((n) => `dddddddd-0000-4000-8000-00000000000${n}`)
    await client.query(`insert into notes (id, clinic_id, patient_id, body) values ($1, $2, $3, 'secret')`, [
      id,
      clinic,
      patient,
    ])
    const reading = `select body from public.read_notes('${id}', 'TREAT')`
    const [entry] = await since(reading)
    expect((await client.query(reading)).rows).toEqual([{ body: 'secret' }])
    expect(entry).toMatchObject({
      action: 'read',
      table_name: 'public.notes',
      record_id: id,
      clinic_id: clinic,
      patient_ref: patient,
      phi_accessed: true,
    })
    expect(JSON.stringify(entry)).not.toContain('secret')
    expect(await since(`select * from public.read_notes('${clinic}')`)).toMatchObject([
      { action: 'read', outcome: 'failure', record_id: clinic, clinic_id: null },
    ])
    // The rights are the caller's, and what cannot be recorded is not read.
    await client.query('set role app_rw')
    await expect(client.query(reading)).rejects.toMatchObject({ code: '42501' })
    await client.query(
      'reset role; grant select on notes to app_rw; grant usage on schema public to app_rw; set role app_rw',
    )
    expect((await client.query(reading)).rowCount).toBe(1)
    await client.query(`set app.clinic_id = '${id}'`)
    await expect(client.query(reading)).rejects.toMatchObject({ code: '42501' })
    await client.query('reset app.clinic_id')
    await expect(client.query(`begin read only; ${reading}`)).rejects.toMatchObject({ code: '25006' })
    await client.query(
      'rollback; reset role; revoke select on notes from app_rw; alter table notes drop column patient_id cascade',
    )
    await client.query('drop function if exists public.read_notes(uuid, text)')
    await expect(client.query(`select ledger.make_reader('public.pairs')`)).rejects.toMatchObject({
      code: '42P16',
    })
  })

  test.each(['ledger_changed', 'ledger_place', 'ledger_salt'])(
    'a table with a column %s is not put under audit, nor given one when it is, and goes on being written to',
    async (name) => {
      await client.query(`begin; create table mine (id int primary key, ${name} text);
        create table watched (id int primary key); select ledger.watch('watched'); savepoint made`)
      for (const refused of [`select ledger.watch('mine')`, `alter table watched add column ${name} text`]) {
        await expect(client.query(refused), refused).rejects.toMatchObject({ code: '42939' })
        await client.query('rollback to made')
      }
      await client.query('insert into mine values (1), (2); insert into watched values (1), (2)')
      await client.query('rollback')
    },
  )

  test('a table’s owner makes its reader, of no other table, and gives by it what it has', async () => {
    const owner = `reads_${randomBytes(4).toString('hex')}`
    await client.query(`begin; create role ${owner};
      create schema own authorization ${owner}; create schema others; set role ${owner};
      create table own.cards (id uuid primary key); reset role; select ledger.make_capture('own.cards', 'clinic_id', 'patient_id', '');
      set role ${owner}; select ledger.make_reader('own.cards'); reset role;
      create table others.cards (id uuid primary key); savepoint made`)
    const { rows } = await client.query(
      `select prosecdef, pg_get_userbyid(proowner) = $1 as own, has_function_privilege('app_rw', oid, 'execute') as given
         from pg_proc where proname = 'read_cards'`,
      [owner],
    )
    expect(rows).toEqual([{ prosecdef: false, own: true, given: true }])
    for (const attack of [
      `select ledger.make_reader('others.cards')`,
      `select ledger.record_read('own.cards', null, null, null, false, 'TREAT', true)`,
    ]) {
      await client.query(`set role ${owner}`)
      await expect(client.query(attack), attack).rejects.toMatchObject({ code: '42501' })
      await client.query('rollback to made; reset role')
    }
    await client.query('rollback')
  })

  test('refuses every change, even the superuser’s', async () => {
    for (const attack of [
      'update ledger.audit_logs set action = action',
      'update ledger.audit_logs set action = action where false',
      'delete from ledger.audit_logs',
      'truncate ledger.audit_logs',
      'set session_replication_role = replica; delete from ledger.audit_logs',
    ])
      await expect(client.query(attack), attack).rejects.toMatchObject({ code: '42501' })
    await client.query('set session_replication_role = origin')
    for (const attack of ['update ledger.audit_logs set action = action', 'truncate ledger.audit_logs']) {
      await client.query('set role ledger_owner')
      await expect(client.query(attack), attack).rejects.toMatchObject({ code: '42501' })
      await client.query('reset role')
    }
  })

  test('with the optional guard, a table’s owner cannot weaken it, and new tables are born closed', async () => {
    await runFiles(client, [join(import.meta.dirname, 'optional_ddl_guard.sql')])
    const owner = `guarded_${randomBytes(4).toString('hex')}`
    await client.query(`create role ${owner}; grant usage, create on schema public to ${owner}; grant usage on schema ledger to ${owner};
      alter table notes owner to ${owner}; create function public.noop() returns trigger language plpgsql as 'begin return null; end'`)
    await client.query(`set role ${owner}`)
    for (const attack of [
      'alter table notes disable trigger ledger_capture',
      'alter table notes disable trigger all',
      'alter table notes enable replica trigger ledger_truncate',
      'drop trigger ledger_capture on notes',
      'create or replace trigger ledger_capture after insert on notes for each row execute function public.noop()',
      'drop table notes',
    ])
      await expect(client.query(attack), attack).rejects.toMatchObject({
        code: expect.stringMatching(/42501|2BP01/),
      })
    await client.query('alter table notes add column extra text')
    await client.query('create table public.born (id int primary key)')
    await client.query('reset role')
    for (const attack of [
      'drop table ledger.audit_logs cascade',
      'drop trigger audit_logs_refuse_row on ledger.audit_logs',
      'drop policy audit_logs_write on ledger.audit_logs',
      'drop function ledger.capture_truncate() cascade',
    ])
      await expect(client.query(attack), attack).rejects.toMatchObject({ code: '42501' })
    await client.query(`select ledger.watch('public.notes')`)
    const [born] = await database.run<{ closed: boolean }>(
      `select relrowsecurity and relforcerowsecurity as closed from pg_class where oid = 'public.born'::regclass`,
    )
    expect(born?.closed).toBe(true)
    await client.query(`alter event trigger ledger_drops disable; alter event trigger ledger_commands disable;
      reassign owned by ${owner} to postgres; drop owned by ${owner}; drop role ${owner}`)
  })

  test('lets nobody read before it knows the memberships, and nobody write but its functions', async () => {
    await client.query('set role dashboard_officer')
    expect((await client.query('select from ledger.audit_logs')).rowCount).toBe(0)
    await expect(
      client.query(`insert into ledger.audit_logs (action) values ('read')`),
    ).rejects.toMatchObject({ code: '42501' })
    await expect(client.query(`select ledger.record_event('create')`)).rejects.toMatchObject({
      code: '22023',
    })
    expect((await client.query(`select ledger.record_event('export', p_count => 5)`)).rowCount).toBe(1)
    // Nobody has said where memberships are kept: the clinic a session has chosen decides alone.
    const [mine, other] = ['11111111-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000002']
    const tell = (clinic: string) =>
      client.query(`select ledger.record_event('read', p_clinic => '${clinic}')`)
    await client.query(`set app.user_id = '${other}'`)
    expect((await tell(other)).rowCount).toBe(1)
    await client.query(`set app.clinic_id = '${mine}'`)
    expect((await tell(mine)).rowCount).toBe(1)
    await expect(tell(other)).rejects.toMatchObject({ code: '42501' })
    await client.query('reset app.clinic_id; reset app.user_id')
    await client.query('reset role')
  })
})

// The oldest too: before 15 a view runs with its owner's rights.
describe.each(
  majors()
    .filter((_, n, all) => n === 0 || n === all.length - 1)
    .map((major) => [major]),
)('PostgreSQL %i, in the reference schema', (major) => {
  let database: TestDatabase
  let client: Client
  beforeAll(async () => {
    database = await referenceDatabase(major)
    client = await database.connect()
    await makeTwoClinics(client)
  })
  afterAll(async () => {
    await client.end()
    await database.drop()
  })

  test('no protected value is anywhere in the log', async () => {
    await client.query(`begin; set local app.user_id = '${userOf('a', 'admin')}';
      update patients set full_name = full_name || ' ${marker}', email = null;
      update appointments set status = 'completed', automated_score = '{"x":"${marker}"}'; commit`)
    const [row] = await database.run<{ entries: number; leaks: number }>(
      `select count(*)::int as entries, count(*) filter (where l::text like '%${marker}%')::int as leaks from ledger.audit_logs l`,
    )
    expect(row?.entries).toBeGreaterThan(30)
    expect(row?.leaks).toBe(0)
  })

  test('names who, where, whose and by which login', async () => {
    await client.query(`begin; set local role app_rw;
      set local app.user_id = '${userOf('a', 'admin')}'; set local app.request_id = 'req-1'; set local app.actor_role = 'admin';
      update patients set phone = '1' where id = '${rowOf.patients('a')}'; commit`)
    const [entry] = await database.run<Entry>('select * from ledger.audit_logs order by id desc limit 1')
    expect(entry).toMatchObject({
      action: 'update',
      table_name: 'public.patients',
      record_id: rowOf.patients('a'),
      patient_ref: rowOf.patients('a'),
      clinic_id: clinicOf('a'),
      actor_user_id: userOf('a', 'admin'),
      session_role: 'postgres',
      request_id: 'req-1',
      changed_fields: ['phone'],
    })
  })

  test('an event names a clinic of the session, and no other', async () => {
    const tell = async (role: string, clinic: string | null, settings: Record<string, string>) => {
      await client.query('begin')
      try {
        for (const [name, value] of Object.entries(settings))
          await client.query('select set_config($1, $2, true)', [name, value])
        await client.query(`set local role ${role}`)
        const { rows } = await client.query<{ event: string }>(
          `select ledger.record_event('read', p_clinic => $1, p_table => 'public.patients') as event`,
          [clinic],
        )
        await client.query('reset role')
        const kept = await client.query<{ clinic_id: string | null }>(
          'select clinic_id from ledger.audit_logs where event_id = $1',
          [rows[0]?.event],
        )
        return kept.rows[0]?.clinic_id
      } finally {
        await client.query('rollback')
      }
    }
    const refused = {
      code: '42501',
      message: `nothing was recorded: this session does not act for the clinic ${clinicOf('b')}`,
    }
    const user = { 'app.user_id': userOf('a', 'reception') }
    const patient = { 'app.user_id': userOf('a', 'patient') }
    const chosen = { ...user, 'app.clinic_id': clinicOf('a') }
    for (const role of [
      'app_rw',
      'dashboard_officer',
      'dashboard_admin',
      'dashboard_viewer',
      'tabellion_web',
    ])
      for (const session of [user, patient, chosen, { 'app.clinic_id': clinicOf('a') }]) {
        await expect(tell(role, clinicOf('b'), session), role).rejects.toMatchObject(refused)
        expect(await tell(role, clinicOf('a'), session), role).toBe(clinicOf('a'))
        expect(await tell(role, null, session), role).toBeNull()
      }
    // Somebody who is nowhere names no clinic; a clinic somebody was bound to is theirs, whatever the memberships say.
    const stranger = { 'app.user_id': '99999999-0000-4000-8000-000000000000' }
    await expect(tell('app_rw', clinicOf('b'), stranger)).rejects.toMatchObject(refused)
    expect(await tell('app_rw', clinicOf('b'), { ...stranger, 'app.clinic_id': clinicOf('b') })).toBe(
      clinicOf('b'),
    )
    // Who names nobody is nowhere. A job acts for nobody and says so by its role; a superuser without one tells what others did.
    for (const role of ['app_rw', 'dashboard_officer', 'tabellion_web', 'consent_guest']) {
      await expect(tell(role, clinicOf('b'), {}), role).rejects.toMatchObject({ code: '42501' })
    }
    expect(await tell('app_rw', null, {})).toBeNull()
    for (const session of [{}, user, chosen])
      expect(await tell('ledger_job', clinicOf('b'), session)).toBe(clinicOf('b'))
    expect(await tell('none', clinicOf('b'), chosen)).toBe(clinicOf('b'))
  })

  const seen = async (role: string, user: string) => {
    await client.query('begin')
    await client.query(`select set_config('app.user_id', $1, true)`, [user])
    await client.query(`set local role ${role}`)
    const { rows } = await client.query<{ clinic_id: string | null }>(
      'select distinct clinic_id from public.audit_logs',
    )
    await client.query('rollback')
    return rows.map(({ clinic_id }) => clinic_id).sort()
  }

  test('officers read their clinics and the platform, an administrator her clinic, nobody else anything', async () => {
    await client.query(`select ledger.record_event('login')`)
    expect(await seen('dashboard_officer', userOf('a', 'dpo'))).toEqual([clinicOf('a'), null])
    expect(await seen('dashboard_officer', userOf('b', 'auditor'))).toEqual([clinicOf('b'), null])
    expect(await seen('dashboard_officer', userOf('a', 'admin'))).toEqual([])
    expect(await seen('dashboard_admin', userOf('a', 'admin'))).toEqual([clinicOf('a')])
    expect(await seen('dashboard_admin', userOf('a', 'dpo'))).toEqual([])
    expect(await seen('app_rw', userOf('a', 'professional'))).toEqual([])
    expect(await seen('app_rw', userOf('a', 'dba'))).toEqual([])
    expect(await seen('app_rw', '')).toEqual([])
    await expect(seen('dashboard_viewer', userOf('a', 'viewer'))).rejects.toMatchObject({ code: '42501' })
    await client.query('rollback')
  })

  test('a temporary table or a path of one’s own shadows nothing', async () => {
    await client.query(`begin; create temporary table audit_logs (x int); create temporary table clinic_members (user_id uuid, clinic_id uuid);
      set local search_path = pg_temp, public; set local app.user_id = '${userOf('b', 'reception')}'; set local role app_rw`)
    const other = await client.query(`select from public.patients where clinic_id = '${clinicOf('a')}'`)
    expect(other.rowCount).toBe(0)
    await client.query(`update public.patients set phone = '2'`)
    await client.query('commit')
    const [entry] = await database.run<Entry>('select * from ledger.audit_logs order by id desc limit 1')
    expect(entry).toMatchObject({ record_id: rowOf.patients('b'), actor_user_id: userOf('b', 'reception') })
  })
})
