import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import type { Config } from '@/lib/config/schema'
import { inventory } from '@/lib/drift/inventory'
import { compareSnapshots } from '@/lib/drift/compare'
import { allRules } from './all'
import { runRules, type ScanResult } from './run'

// Cases 37 to 64: audit, indexes and keys, and scanning itself. Each is one that naive checkers get wrong.

let db: TestDatabase
const suffix = randomBytes(4).toString('hex')
const role = (name: string) => `h2_${name}_${suffix}`

beforeAll(async () => {
  db = await testDatabase()
  await db.run(`create role ${role('app')} login password 'x'; create role ${role('other')}`)
})
afterAll(async () => {
  for (const name of ['app', 'other'])
    await db.run(`drop owned by ${role(name)} cascade; drop role ${role(name)}`)
  await db.drop()
})

/** Runs SQL in a schema of its own and scans that schema. */
async function scan(
  sql: string,
  config: Config = {},
): Promise<ScanResult & { snapshot: Snapshot; schema: string }> {
  const schema = `s_${randomBytes(4).toString('hex')}`
  await db.run(
    `create schema ${schema}; set search_path = ${schema}, public; ${sql.replaceAll('$schema', schema)}`,
  )
  const snapshot = await readSnapshot(db.url)
  const result = await runRules(snapshot, { schemas: [schema], ...config })
  await db.run('reset search_path')
  return { ...result, snapshot, schema }
}

const found = (result: ScanResult & { schema: string }, code: string) =>
  result.findings
    .filter((f) => f.code === code)
    .map((f) => f.key.slice(f.key.indexOf(':') + 1).replace(`${result.schema}.`, ''))
const outcome = (result: ScanResult, code: string) => result.outcomes.find((o) => o.code === code)?.outcome

const log = `create table audit_log (id bigint generated always as identity primary key, at timestamptz not null default now(), actor text, action text, table_name text);
  create function record_change() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  begin insert into $schema.audit_log (actor, action, table_name) values (session_user, tg_op, tg_table_name); return null; end $$;`
const patient = `create table patient (id uuid primary key default gen_random_uuid(), email text, phone text);`
const audited = `create trigger t after insert or update or delete on patient for each row execute function record_change(); alter table patient enable always trigger t;`

const guard = (
  body: string,
) => `create function guard() returns trigger language plpgsql as $$ begin ${body} end $$;
  create trigger g before update or delete on audit_log for each row execute function guard(); create trigger gt before truncate on audit_log for each statement execute function guard();
  alter table audit_log enable always trigger g, enable always trigger gt;`

const tree = (
  name: string,
) => `create table ${name} (d date, id int, email text, primary key (d, id)) partition by range (d);
  create table ${name}_1 partition of ${name} for values from ('2026-01-01') to ('2026-02-01'); create table ${name}_2 partition of ${name} for values from ('2026-02-01') to ('2026-03-01');
  create trigger t after insert or update or delete on ${name} for each row execute function record_change();`

const keysOf = (r: ScanResult) => r.findings.map((f) => f.key)

const severity = (result: ScanResult, code: string) =>
  result.findings.filter((f) => f.code === code).map((f) => f.severity)

test('37: a row trigger for every change does not make TRUNCATE audited', async () => {
  const result = await scan(
    `${log}${patient}${audited} grant truncate on patient to ${role('app')}; grant usage on schema $schema to ${role('app')}`,
  )
  expect(found(result, 'A04')).toEqual([])
  expect(found(result, 'A05')).toEqual(['patient'])
})

test('38: a guard that looks at OLD falls through in the statement trigger', async () => {
  const shared = await scan(
    `${log}${guard(`if old.at < now() - interval '1 day' then raise exception 'no'; end if; return null;`)}`,
  )
  expect(found(shared, 'A07')).toEqual(['audit_log'])
  expect(shared.findings.find((f) => f.code === 'A07')?.evidence['open']).toEqual(['truncate'])
  const asked = await scan(
    `${log}${guard(`if tg_op = 'TRUNCATE' then raise exception 'no'; end if; raise exception 'no';`)}`,
  )
  expect(found(asked, 'A07')).toEqual([])
  expect(outcome(asked, 'A07')).toBe('unknown')
  expect(outcome(await scan(`${log}${guard(`raise exception 'no';`)}`), 'A07')).toBe('pass')
})

test('39: enabled in origin mode is not always; replica mode only is off', async () => {
  const result =
    await scan(`${log}${patient} create trigger t after insert or update or delete on patient for each row execute function record_change();
    create table visit (id int primary key, email text); create trigger t after insert or update or delete on visit for each row execute function record_change(); alter table visit enable replica trigger t;`)
  expect(found(result, 'A03')).toEqual(['patient/t'])
  expect(found(result, 'A02')).toEqual(['visit/t'])
})

test('39 again: it is graver where the application itself may switch to replica mode', async () => {
  await db.run(`grant set on parameter session_replication_role to ${role('app')}`)
  const result = await scan(
    `${log}${patient} grant select on patient to ${role('app')}; grant usage on schema $schema to ${role('app')};
     create trigger t after insert or update or delete on patient for each row execute function record_change();`,
  )
  await db.run(`revoke set on parameter session_replication_role from ${role('app')}`)
  expect(result.findings.filter((f) => f.code === 'A03').map((f) => f.severity)).toEqual(['high'])
})

test('40: a clone that is off under a root that is on, and a root that is off told once', async () => {
  const result = await scan(
    `${log}${tree('a')}${tree('b')} alter table a_1 disable trigger t; alter table b disable trigger t; alter table b_1 disable trigger t; alter table b_2 disable trigger t;`,
  )
  expect(found(result, 'A02')).toEqual(['a_1/t', 'b/t'])
  expect(found(result, 'A01')).toEqual([])
})

test('41: UPDATE OF and WHEN cover a part only', async () => {
  const result = await scan(`${log}${patient}
    create trigger a after insert or delete or update of email on patient for each row execute function record_change();
    create table visit (id int primary key, email text); create trigger a after insert or delete on visit for each row execute function record_change();
    create trigger b after update on visit for each row when (old.email is distinct from new.email) execute function record_change();
    create table exam (id int primary key, email text); create trigger a after insert or delete on exam for each row execute function record_change();
    create trigger b after update on exam for each row when (old.* is distinct from new.*) execute function record_change();`)
  expect(found(result, 'A04')).toEqual(['patient', 'visit'])
})

test('42: a trigger is an audit trigger by what its function writes, not by its name', async () => {
  const result = await scan(`${log}${patient}
    create function nothing() returns trigger language plpgsql as $$ begin -- insert into audit_log
      return new; end $$;
    create trigger audit_patient before insert or update or delete on patient for each row execute function nothing();
    create table visit (id int primary key, email text); create trigger zzz after insert or update or delete on visit for each row execute function record_change();`)
  expect(found(result, 'A01')).toEqual(['patient'])
})

test('43: pgaudit that is loaded and records nothing is not an audit', async () => {
  const { snapshot } = await scan(patient)
  const served = (settings: Record<string, string>, roleSettings: Snapshot['roleSettings'] = []) =>
    runRules(
      {
        ...snapshot,
        roleSettings,
        server: {
          ...snapshot.server,
          settings: {
            ...snapshot.server.settings,
            shared_preload_libraries: 'pg_stat_statements, pgaudit',
            ...settings,
          },
        },
      },
      {},
    )
  expect(
    (await served({ 'pgaudit.log': 'none' })).findings.filter((f) => f.code === 'S04').map((f) => f.key),
  ).toEqual(['pgaudit:database/"pgaudit.log"'])
  expect(outcome(await served({ 'pgaudit.log': 'ddl, write' }), 'S04')).toBe('pass')
  expect(outcome(await served({ 'pgaudit.log': 'ddl, write' }), 'A12')).toBe('fail')
  expect(outcome(await served({ 'pgaudit.log': 'read, write' }), 'A12')).toBe('pass')
  const silenced = await served({ 'pgaudit.log': 'all' }, [
    { role: null, thisDatabase: true, name: 'pgaudit.log', value: 'none' },
  ])
  expect(outcome(silenced, 'S04')).toBe('fail')
  const { shared_preload_libraries: _, ...rest } = snapshot.server.settings
  expect(
    outcome(await runRules({ ...snapshot, server: { ...snapshot.server, settings: rest } }, {}), 'S04'),
  ).toBe('unknown')
})

test('44 to 47: what serves a foreign key and what does not', async () => {
  const result =
    await scan(`create table p (a int, b int, primary key (a, b)); create table q (id int primary key);
    create table c1 (id int primary key, q int references q, st text); create index on c1 (q) where st = 'x';
    create table c2 (id int primary key, q int references q); create index on c2 (q) where q is not null;
    create table c3 (id int primary key, a int, b int, foreign key (a, b) references p); create index on c3 (a) include (b);
    create table c4 (id int primary key, a int, b int, foreign key (a, b) references p); create index on c4 (b, a);
    create table c5 (id int primary key, q int references q); create index on c5 using brin (q);
    create table c6 (id int primary key, q int references q); create index on c6 using hash (q);
    create table c7 (id int primary key, q int references q); create index on c7 ((q + 0));
    create table c8 (q int references q, id int, primary key (q, id));
    create table c9 (id int primary key, q int references q, st text not null); create index on c9 (q) where q is not null and st is not null;`)
  expect(found(result, 'I01')).toEqual(['c1/c1_q_fkey', 'c3/c3_a_b_fkey', 'c5/c5_q_fkey', 'c7/c7_q_fkey'])
})

test('44 again: partitions are judged at the root, an index on every partition serves', async () => {
  const result = await scan(`create table q (id int primary key);
    create table r (d date, q int references q) partition by range (d); create table r_1 partition of r for values from ('2026-01-01') to ('2026-02-01');
    create table w (d date, q int references q) partition by range (d); create table w_1 partition of w for values from ('2026-01-01') to ('2026-02-01'); create index on w_1 (q);`)
  expect(found(result, 'I01')).toEqual(['r/r_q_fkey'])
  expect(found(result, 'K01')).toEqual(['r', 'w'])
})

test('48: duplicates by structure, not by text', async () => {
  const result = await scan(`create table t (id int primary key, col_a int, col_b int, x text);
    create index col_a on t (col_a); create index col_b on t (col_b);
    create table u (id int primary key, a int, x text); create unique index u_a on u (a); create index u_a2 on u (a) with (fillfactor = 50);
    create index u_x on u (x); create index u_x_c on u (x collate "C"); create index u_x_part on u (x) where a > 1;
    create table v (id int primary key, a int unique); create index v_id on v (id);`)
  expect(found(result, 'I02')).toEqual(['u/u_a2', 'v/v_id'])
})

test('49 and 50: unused needs a window, and nothing that enforces is ever unused', async () => {
  const { snapshot, schema } = await scan(`create extension if not exists btree_gist schema public;
    create table q (id int primary key);
    create table t (id int primary key, q int references q, a int, b int, during int4range, exclude using gist (during with &&));
    create index t_q on t (q); create index t_a on t (a); create unique index t_b on t (b);
    insert into t (id, a, b) select i, i, i from generate_series(1, 60000) i;`)
  const at = (days: number, inner: Partial<Snapshot> = {}) =>
    runRules(
      {
        ...snapshot,
        ...inner,
        server: {
          ...snapshot.server,
          startedAt: null,
          statisticsResetAt: new Date(Date.parse(snapshot.takenAt) - days * 86_400_000).toISOString(),
        },
      },
      { schemas: [schema] },
    )
  expect(outcome(await at(3), 'I04')).toBe('unknown')
  const old = await at(90)
  expect(old.findings.filter((f) => f.code === 'I04').map((f) => f.object.part)).toEqual(['t_a'])
})

test('51: a plain foreign key between tenant tables accepts another clinic’s row', async () => {
  const result = await scan(`create table clinic (id uuid primary key);
    create table patient (id uuid primary key, clinic_id uuid not null references clinic, unique (clinic_id, id));
    create table visit (id uuid primary key, clinic_id uuid not null references clinic, patient_id uuid not null references patient (id));
    create table exam (id uuid primary key, clinic_id uuid not null references clinic, patient_id uuid not null, foreign key (clinic_id, patient_id) references patient (clinic_id, id));
    create table note (id uuid primary key, clinic_id uuid not null references clinic, patient_id uuid not null references patient (id));
    create function same_clinic() returns trigger language plpgsql as $$ begin
      if not exists (select from $schema.patient p where p.id = new.patient_id and p.clinic_id = new.clinic_id) then raise exception 'other clinic'; end if; return new; end $$;
    create trigger same_clinic before insert or update on note for each row execute function same_clinic();`)
  expect(found(result, 'K06')).toEqual(['visit/visit_patient_id_fkey'])
  expect(result.unknowns.filter((u) => u.code === 'K06')).toHaveLength(1)
})

test('52: missing knowledge is unknown, never a pass', async () => {
  const result = await scan(`create table thing (id int primary key, name text);`)
  for (const code of ['K04', 'K05', 'K06', 'P09']) expect(outcome(result, code), code).toBe('unknown')
  const told = await scan(`create table thing (id int primary key, name text);`, { tenant: { column: null } })
  for (const code of ['K04', 'K05', 'K06']) expect(outcome(told, code), code).toBe('notApplicable')
})

test('53: roles of platforms that do not exist here break nothing', async () => {
  const result = await scan(patient, {
    unauthenticatedRoles: ['anon_that_is_not'],
    applicationRoles: ['app_that_is_not'],
    adminRoles: ['dba_that_is_not'],
  })
  expect(result.unknowns.filter((u) => u.why.en.includes('rule itself failed'))).toEqual([])
})

test('54 and 55: a role with nothing but CONNECT sees the same structure, and says what it cannot see', async () => {
  const { schema } = await scan(
    `${log}${patient}${audited} create table b (id bigserial primary key, email text);`,
  )
  const config = { schemas: [schema] }
  const full = await runRules(await readSnapshot(db.url), config)
  const blind = await runRules(await readSnapshot(db.urlAs(role('app'), 'x')), config)
  expect(keysOf(blind).filter((key) => !keysOf(full).includes(key))).toEqual([])
  // What it cannot find any more it says it does not know.
  for (const lost of full.findings.filter((f) => !keysOf(blind).includes(f.key)))
    expect(outcome(blind, lost.code), lost.key).toBe('unknown')
  expect(blind.findings.length).toBeGreaterThan(10)
  expect(outcome(blind, 'X01')).toBe('unknown')
  expect(outcome(blind, 'O02')).toBe('unknown')
  expect(blind.score.value).toBeLessThanOrEqual(full.score.value)
  for (const each of full.outcomes)
    if (each.outcome === 'fail')
      expect(blind.outcomes.find((o) => o.code === each.code)?.outcome, each.code).not.toBe('pass')
})

test('59 and 60: neither MAINTAIN, nor the order of grants, nor the position of a sequence is drift', async () => {
  const { snapshot } = await scan(
    `create table t (id bigserial primary key); grant select, insert on t to ${role('app')}, ${role('other')}`,
  )
  const jumbled: Snapshot = {
    ...snapshot,
    takenAt: 'later',
    tookMs: 9,
    relations: snapshot.relations.map((r) => ({
      ...r,
      rows: 77,
      size: 99,
      statistics: null,
      grants: [...r.grants].reverse(),
    })),
    sequences: snapshot.sequences.map((s) => ({ ...s, last: '5' })),
  }
  expect(compareSnapshots(snapshot, jumbled)).toEqual([])
  const older: Snapshot = {
    ...snapshot,
    server: { ...snapshot.server, version: 160_000 },
    relations: snapshot.relations.map((r) => ({
      ...r,
      grants: r.grants.filter((g) => g.privilege !== 'MAINTAIN'),
      constraints: r.constraints.filter((c) => c.kind !== 'not null'),
    })),
  }
  expect(compareSnapshots(older, snapshot)).toEqual([])
  expect(inventory(snapshot, { version: 180_000, sameMajor: true }).size).toBeGreaterThan(10)
})

test('61: a key names the object, not an OID: dropped and made again it is the same finding', async () => {
  const { schema } = await scan(`create table t (a int);`)
  const keys = async () =>
    (await runRules(await readSnapshot(db.url), { schemas: [schema] })).findings.map((f) => f.key)
  const before = await keys()
  await db.run(`drop table ${schema}.t; create table ${schema}.t (a int)`)
  expect(await keys()).toEqual(before)
})

test('62: sensitive names by words and types, in both languages', async () => {
  const result = await scan(`create table patient (id uuid primary key default gen_random_uuid(),
      email_verified boolean, email_verified_at timestamptz, academic_year_code text, phone_type text, organization text, crm_id uuid, margin numeric, cid_id int,
      cpf_enc bytea, cpf_hash text, cpf_bidx bytea, telefone_tipo text, "racaoTotal" int, curriculo text, street_id int, cepstrum real,
      cpf text, "nrCPF" varchar(11), telefone_celular text, "E-mail" text, diagnostico text, cid10 text, cns_paciente text);`)
  expect(found(result, 'D01').sort()).toEqual(
    [
      'patient."E-mail"',
      'patient."nrCPF"',
      'patient.cid10',
      'patient.cns_paciente',
      'patient.cpf',
      'patient.diagnostico',
      'patient.telefone_celular',
    ].sort(),
  )
  expect(
    result.findings
      .filter((f) => f.code === 'D01' && f.severity === 'high')
      .map((f) => f.object.column)
      .sort(),
  ).toEqual(['cid10', 'diagnostico'])
})

test('63: a waiver covers its object only, ends, and leaves the finding visible', async () => {
  const { snapshot, schema } = await scan(`create table a (x int); create table b (x int);`)
  const waiver = (until: string) => ({
    rule: 'K01',
    object: `${schema}.a`,
    kind: 'by design' as const,
    reason: 'import',
    approvedBy: 'dpo',
    until,
  })
  const open = async (until: string) =>
    (await runRules(snapshot, { schemas: [schema], waivers: [waiver(until)] })).findings
      .filter((f) => f.code === 'K01' && f.waiver === null)
      .map((f) => f.object.name)
  expect(await open('2999-01-01')).toEqual(['b'])
  expect(await open('2001-01-01')).toEqual(['a', 'b'])
})

test('64: the ordinary saw-tooth of freezing is no alarm', async () => {
  const { snapshot } = await scan(`create table t (id int primary key);`)
  const aged = (millions: number) =>
    runRules({ ...snapshot, operations: { ...snapshot.operations!, xidAgeMillions: millions } }, {})
  expect(outcome(await aged(199), 'O01')).toBe('pass')
  expect(outcome(await aged(210), 'O01')).toBe('pass')
  const late = await aged(450)
  expect(late.findings.find((f) => f.code === 'O01')?.severity).toBe('high')
  expect((await aged(1_500)).findings.find((f) => f.code === 'O01')?.severity).toBe('critical')
})

test('what only a server can show: settings, releases, slots, dead rows', async () => {
  const { snapshot } = await scan(patient)
  const wide = { ...snapshot.server.settings, listen_addresses: '*' }
  const serve = (
    settings: Record<string, string>,
    server: Partial<Snapshot['server']> = {},
    more: Partial<Snapshot> = {},
  ) =>
    runRules(
      { ...snapshot, ...more, server: { ...snapshot.server, ...server, settings: { ...wide, ...settings } } },
      {},
    )
  expect(severity(await serve({ ssl: 'off' }), 'S01')).toEqual(['critical'])
  expect(severity(await serve({ ssl: 'on', ssl_min_protocol_version: 'TLSv1' }), 'S01')).toEqual(['high'])
  const rules = (hba: readonly string[] | null) =>
    serve(
      { ssl: 'on', ssl_min_protocol_version: 'TLSv1.2' },
      {},
      { operations: { ...snapshot.operations!, hba } },
    )
  expect(
    outcome(await rules(['local trust local', 'hostssl scram-sha-256 all', 'host trust 127.0.0.1']), 'S01'),
  ).toBe('pass')
  expect(
    severity(await rules(['host trust 0.0.0.0', 'hostssl md5 10.0.0.0', 'host scram-sha-256 all']), 'S01'),
  ).toEqual(['critical', 'high', 'medium'])
  expect(outcome(await rules(null), 'S01')).toBe('unknown')
  const md5 = await serve({}, {}, { operations: { ...snapshot.operations!, md5Roles: ['old_app'] } })
  expect(md5.findings.filter((f) => f.code === 'S02').map((f) => f.object.name)).toEqual(['old_app'])
  expect(severity(await serve({ fsync: 'off' }), 'S06')).toEqual(['high'])
  const good = {
    log_connections: 'on',
    log_disconnections: 'on',
    log_statement: 'ddl',
    log_line_prefix: '%m [%p] %u@%d %h ',
    log_min_error_statement: 'error',
  }
  expect(outcome(await serve(good), 'S03')).toBe('pass')
  expect(severity(await serve({ ...good, log_connections: '' }), 'S03')).toEqual(['medium'])
  const dated = (version: number, takenAt: string) => serve({}, { version }, { takenAt })
  expect(severity(await dated(140_023, '2026-12-01T00:00:00Z'), 'S08')).toEqual(['medium'])
  expect(outcome(await dated(180_099, '2026-12-01T00:00:00Z'), 'S08')).toBe('pass')
  expect(severity(await dated(170_001, '2026-12-01T00:00:00Z'), 'S08')).toEqual(['medium'])
  expect(severity(await dated(180_004, '2026-12-01T00:00:00Z'), 'S08')).toEqual(['low'])
  expect(outcome(await dated(250_000, '2026-12-01T00:00:00Z'), 'S08')).toBe('unknown')
  const operations = {
    ...snapshot.operations!,
    inactiveSlots: [{ name: 'old', retainedGb: 3 }],
    prepared: [{ name: 'tx', hours: 5 }],
  }
  expect(severity(await serve({}, {}, { operations }), 'O04')).toEqual(['medium', 'medium'])
  const { operations: _, ...without } = snapshot
  expect(outcome(await runRules(without, {}), 'O04')).toBe('unknown')
  const bloated = snapshot.relations.map((r) =>
    r.name === 'patient' && r.statistics
      ? { ...r, statistics: { ...r.statistics, live: 10_000, dead: 90_000 } }
      : r,
  )
  expect(severity(await serve({}, {}, { relations: bloated }), 'I09').length).toBeGreaterThan(0)
})

test('odd names: no rule fails on them, and every fix that is offered runs as it stands', async () => {
  const long = 'x'.repeat(63)
  const odd = await scan(`create table "clínica 🏥" (id uuid primary key default gen_random_uuid());
    create table "odd ""name" (id int, "select" text, "e-mail do 'paciente'" text, "clínica 🏥_id" uuid, "When\\" timestamp);
    create table "${long}" (id uuid primary key, "${'y'.repeat(63)}" int, "user" text, price real);
    create table "${long.slice(1)}z" (id uuid primary key, "${long}" uuid references "${long}");
    create index "Ünïque idx" on "${long}" ("user"); create index "Ünïque idx 2" on "${long}" ("user");
    alter table "${long}" add constraint "check ""me" check (price > 0) not valid;
    create view "view; drop table x" as select "user" from "${long}"; grant select on "view; drop table x", "odd ""name" to public;
    create function "odd fn"("a b" text, int[]) returns int language sql as 'select 1';
    create sequence "seq's"; create table "uses seq" (id bigint primary key default nextval('"seq''s"'));`)
  expect(odd.unknowns.filter((u) => u.why.en.includes('rule itself failed'))).toEqual([])
  const mine = odd.findings.filter((f) => f.object.schema === odd.schema)
  expect(mine.length).toBeGreaterThan(10)
  for (const finding of mine)
    for (const statement of finding.fix.sql)
      await expect(db.run(statement), `${finding.key}: ${statement}`).resolves.toBeDefined()
  const after = await runRules(await readSnapshot(db.url), { schemas: [odd.schema] })
  const fixed = new Set(mine.filter((f) => f.fix.sql.length > 0).map((f) => f.key))
  expect(after.findings.filter((f) => fixed.has(f.key)).map((f) => f.key)).toEqual([])
})

test('every code from A01 to X02 of the catalogue is there, once', () => {
  const expected = Object.entries({ T: 37, A: 12, K: 13, I: 9, D: 8, P: 9, S: 8, O: 4, N: 2, X: 2 }).flatMap(
    ([letter, count]) =>
      Array.from({ length: count }, (_, at) => `${letter}${String(at + 1).padStart(2, '0')}`),
  )
  expect(allRules.map((rule) => rule.code).sort()).toEqual(expected.sort())
})
