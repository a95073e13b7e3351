import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '../../db/test-database'
import { readSnapshot } from '../catalog/read'
import { checkConfig } from '../config/config'
import { allRules } from './all'
import { exampleRoles } from './example-roles'
import { factsOf } from './facts'
import type { Finding } from './rule'
import { runRules } from './run'

/**
 * Cases that naive checkers get wrong: policies, ways around them, functions. One database; each case in a schema of
 * its own that is dropped afterwards, so that `in_schema` names what is looked at.
 */
const roles = exampleRoles()
const major = Math.max(...majors())
const tenant = `(select nullif(current_setting('app.clinic_id', true), '')::uuid)`
let db: TestDatabase

beforeAll(async () => {
  db = await testDatabase(major)
  await db.run(
    roles.fill(
      'create role :role; create role :role_login login; create role :role_group; create role :role_owner',
    ),
  )
  await db.run('revoke create on schema public from public')
})

afterAll(async () => {
  for (const role of [...roles.used].sort().reverse()) {
    const [known] = await db.run('select from pg_roles where rolname = $1', [role])
    if (known) await db.run(`drop owned by ${role} cascade; drop role ${role}`)
  }
  await db.drop()
})

/** Runs the SQL in schema `c` and gives the findings of these rules there, as `code object`. */
async function found(sql: string, ...codes: string[]): Promise<readonly string[]> {
  return (await findings(sql, ...codes))
    .map((f) => `${f.code} ${f.key.slice(f.rule.length + 1).replace(/^c\./, '')}`)
    .sort()
}

async function findings(sql: string, ...codes: string[]): Promise<readonly Finding[]> {
  await db.run('drop schema if exists c cascade; create schema c; set search_path = c')
  try {
    await db.run(roles.fill('grant usage on schema c to public;') + roles.fill(sql))
    const snapshot = await readSnapshot(db.url)
    const result = await runRules(snapshot, checkConfig({ schemas: ['c'] }), {
      rules: allRules.filter((rule) => codes.includes(rule.code)),
    })
    return result.findings
  } finally {
    await db.run('reset role; reset search_path')
  }
}

/** A protected table, and what the case adds. */
const patients = (rest: string) => `
  create table patients (id uuid primary key, clinic_id uuid not null, name text, flag boolean not null default false, meta jsonb);
  create index on patients (clinic_id);
  alter table patients enable row level security; alter table patients force row level security;
  grant select, insert, update, delete on patients to :role;
  ${rest}`
const policy = (using: string, name = 'p', command = 'select') =>
  `create policy ${name} on patients for ${command} to :role using (${using});`

const groupMember = (inherit: string) =>
  patients(`create policy p on patients for select to :role_group using (clinic_id = ${tenant});
    revoke :role_group from :role_login; alter role :role_login ${inherit}; grant :role_group to :role_login;
    grant select on patients to :role_login, :role_group; revoke all on patients from :role`)

const data = patients(policy(`clinic_id = ${tenant}`))
const viewOf = (options: string, owner: string) =>
  `${data} create view v ${options} as select * from patients; grant select on v to :role; ${owner}`

const withGroup = (grant: string) =>
  `${data} alter role :role_group bypassrls; ${grant} grant select on patients to :role_login;`

const definerF = (path: string, table: string) =>
  `${data} create function f() returns bigint language sql security definer ${path} as 'select count(*) from ${table}'; revoke execute on function f() from public;`

describe('reading predicates', () => {
  test('1: a wrapped call beside a bare one still runs for every row', async () => {
    const sql = patients(
      policy(
        `clinic_id = ${tenant} and clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid`,
      ),
    )
    expect(await found(sql, 'T20')).toEqual(['T20 patients/p'])
  })

  test('2: a cast inside the sub-select is still a call once', async () => {
    expect(
      await found(patients(policy(`clinic_id = (select current_setting('app.clinic_id')::uuid)`)), 'T20'),
    ).toEqual([])
  })

  test('3: a helper of one’s own counts like a known one', async () => {
    const helper = `create function cur() returns uuid language sql stable as $$ select nullif(current_setting('app.clinic_id', true), '')::uuid $$;`
    expect(await found(patients(helper + policy('clinic_id = cur()')), 'T20')).toEqual(['T20 patients/p'])
    expect(await found(patients(helper + policy('clinic_id = (select cur())')), 'T20')).toEqual([])
  })

  test('4: a helper that takes a column cannot be wrapped, and binds the tenant', async () => {
    const helper = `create function is_member(clinic uuid) returns boolean language sql stable as $$ select clinic::text = current_setting('app.clinic_id', true) $$;`
    expect(
      await found(patients(helper + policy('is_member(clinic_id)')), 'T20', 'T15', 'T05', 'T16'),
    ).toEqual([])
  })

  test('5: a correlated sub-query runs again for each row, another does not', async () => {
    const members = `create table members (user_id uuid, clinic_id uuid, primary key (user_id, clinic_id));`
    const correlated = policy(
      `exists (select 1 from members m where m.clinic_id = patients.clinic_id and m.user_id = current_setting('app.user_id')::uuid)`,
    )
    const plain = policy(
      `clinic_id in (select m.clinic_id from members m where m.user_id = current_setting('app.user_id')::uuid)`,
    )
    expect(await found(members + patients(correlated), 'T20')).toEqual(['T20 patients/p'])
    expect(await found(members + patients(plain), 'T20', 'T15')).toEqual([])
  })

  test.each([
    'true',
    'id = id',
    'id is not null',
    'not false',
    '(select true)',
    '2 > 1',
    `true or name = 'x'`,
    `'t'::boolean`,
    'clinic_id = clinic_id',
    'flag or not flag',
    `coalesce(name, '') like '%'`,
    'clinic_id is not distinct from clinic_id',
    '(select count(*) from pg_catalog.pg_class) >= 0',
    `length('abc') > 1`,
    `name is null or name is not null`,
    `case when flag then true else true end`,
    `clinic_id = any (array[clinic_id])`,
    `exists (select 1)`,
    'current_user is not null',
  ])('6, 7: always true, however it is spelled: %s', async (using) => {
    expect(await found(patients(policy(using)), 'T05')).toEqual(['T05 patients/p'])
  })

  test.each([
    'name = name',
    'flag',
    'name is not null',
    `clinic_id = ${tenant}`,
    `name <> ''`,
    'false',
    'name like $$a%$$',
  ])('6: not always true: %s', async (using) => {
    expect(await found(patients(policy(using)), 'T05')).toEqual([])
  })

  test('8: UPDATE and ALL reuse USING for the new row', async () => {
    expect(
      await found(
        patients(
          policy(`clinic_id = ${tenant}`, 'u', 'update') + policy(`clinic_id = ${tenant}`, 'a', 'all'),
        ),
        'T06',
        'T07',
      ),
    ).toEqual([])
    expect(await found(patients(policy('true', 'u', 'update')), 'T06')).toEqual(['T06 patients/u'])
  })

  test('9: a WITH CHECK without the tenant lets rows leave it', async () => {
    const weak = `create policy u on patients for update to :role using (clinic_id = ${tenant}) with check (name is not null);`
    expect(await found(patients(weak), 'T07')).toEqual(['T07 patients/u'])
    const open = `create policy u on patients for update to :role using (clinic_id = ${tenant}) with check (true);`
    expect(await found(patients(open), 'T07', 'T05')).toEqual(['T07 patients/u'])
    const floor = `create policy floor on patients as restrictive to :role using (clinic_id = ${tenant});`
    expect(await found(patients(open + floor), 'T07')).toEqual([])
  })

  test('9: a trigger that stamps the tenant makes up for it', async () => {
    const stamp = `create function stamp() returns trigger language plpgsql as $$ begin new.clinic_id := nullif(current_setting('app.clinic_id', true), '')::uuid; return new; end $$;
      create trigger stamp before insert or update on patients for each row execute function stamp();`
    const weak = `create policy u on patients for update to :role using (clinic_id = ${tenant}) with check (true);`
    expect(await found(patients(weak + stamp), 'T07')).toEqual([])
  })

  test('10: restrictive policies let nothing through by themselves', async () => {
    const only = `create policy r on patients as restrictive to :role using (true);`
    expect(await found(patients(only), 'T03', 'T13')).toEqual(['T13 patients'])
  })

  test('11: PUBLIC is no role in pg_roles', async () => {
    const toAll = `create policy p on patients for select using (clinic_id = ${tenant}); grant select on patients to public;`
    expect(await found(patients(toAll), 'T08')).toEqual(['T08 patients/p'])
    expect((await findings(patients(toAll), 'T09')).filter((f) => f.object.part === 'public')).toEqual([])
  })

  test('12: a policy for a group holds for members that inherit it only', async () => {
    expect(await found(groupMember('noinherit'), 'T09')).toEqual([roles.fill('T09 patients/:role_login')])
    expect(await found(groupMember('inherit'), 'T09')).toEqual([])
    await db.run(roles.fill('revoke :role_group from :role_login; alter role :role_login inherit'))
  })

  test('13: overlap is told for the role that logs in', async () => {
    const sql = patients(`create policy a on patients for select to :role_group using (clinic_id = ${tenant});
      create policy b on patients for select to :role_login using (flag and clinic_id = ${tenant});
      grant select on patients to :role_group; grant :role_group to :role_login`)
    const [finding] = await findings(sql, 'T11')
    expect(JSON.stringify(finding?.evidence['roles'])).toContain(roles.fill(':role_login'))
    expect(JSON.stringify(finding?.evidence['roles'])).not.toContain(roles.fill(':role_group'))
    await db.run(roles.fill('revoke :role_group from :role_login'))
  })

  test('14: UPDATE without a policy for SELECT touches nothing', async () => {
    const sql = patients(
      `revoke all on patients from :role; grant select, update on patients to :role; ${policy(`clinic_id = ${tenant}`, 'u', 'update')}`,
    )
    const [finding] = await findings(sql, 'T09')
    expect(finding?.evidence).toMatchObject({ uncovered: ['SELECT'], withoutSelect: ['UPDATE'] })
  })

  test('15: an IMMUTABLE helper keeps the first tenant’s answer', async () => {
    const sql = patients(
      `create function cur() returns uuid language plpgsql immutable as $$ begin return nullif(current_setting('app.clinic_id', true), '')::uuid; end $$; ${policy('clinic_id = (select cur())')}`,
    )
    expect(await found(sql, 'T22')).toEqual(['T22 cur()'])
  })

  test('16: a policy that reads its own table fails, a definer helper cures it', async () => {
    const table = `create table members (user_id uuid, clinic_id uuid, primary key (user_id, clinic_id)); alter table members enable row level security; alter table members force row level security; grant select on members to :role;`
    const me = `(select nullif(current_setting('app.user_id', true), '')::uuid)`
    const self = `create policy p on members for select to :role using (clinic_id in (select m.clinic_id from members m where m.user_id = ${me}));`
    expect(await found(table + self, 'T24')).toEqual(['T24 members/p'])
    const helper = `create function mine() returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp as 'select m.clinic_id from c.members m';
      create policy p on members for select to :role using (clinic_id in (select mine()));`
    expect(await found(table + helper, 'T24')).toEqual([])
    const circle = `create policy p on members for select to :role using (exists (select 1 from others o where o.id = members.clinic_id));
      create policy p on others for select to :role using (exists (select 1 from members m where m.clinic_id = others.id));`
    const others = `create table others (id uuid primary key); alter table others enable row level security;`
    expect(await found(table + others + circle, 'T24')).toHaveLength(1)
  })

  test('17: the scanner’s own search_path changes nothing', async () => {
    const sql = patients(
      `create function cur() returns uuid language sql stable as $$ select nullif(current_setting('app.clinic_id', true), '')::uuid $$; ${policy('clinic_id = cur()')}`,
    )
    const before = await findings(sql, 'T20')
    await db.run(`alter database ${db.name} set search_path = c, public`)
    const after = await findings(sql, 'T20')
    await db.run(`alter database ${db.name} reset search_path`)
    expect(after).toEqual(before)
    expect(after[0]?.evidence['calls']).toEqual(['c.cur'])
  })

  test('18: only a path rooted in the token is the user’s claim', async () => {
    const claims = `current_setting('request.jwt.claims', true)::jsonb`
    const good = policy(
      `clinic_id = (select (${claims} -> 'app_metadata' ->> 'user_metadata_x')::uuid) and meta -> 'user_metadata' ->> 'x' = 'y'`,
    )
    expect(await found(patients(good), 'T18')).toEqual([])
    for (const path of [
      `-> 'user_metadata' ->> 'clinic'`,
      `#>> '{user_metadata,clinic}'`,
      `#>> array['user_metadata', 'clinic']`,
    ])
      expect(await found(patients(policy(`clinic_id = (select (${claims} ${path})::uuid)`)), 'T18')).toEqual([
        'T18 patients/p',
      ])
    const helper = `create function claim(key text) returns text language sql stable as $$ select current_setting('request.jwt.claims', true)::jsonb -> 'user_metadata' ->> key $$;`
    expect(
      await found(patients(helper + policy(`clinic_id::text = (select claim('clinic'))`)), 'T18'),
    ).toEqual(['T18 patients/p'])
  })
})

describe('without a session context', () => {
  const ctx = `nullif(current_setting('app.clinic_id', true), '')::uuid`
  test.each([
    `(select ${ctx}) is null or clinic_id = (select ${ctx})`,
    `coalesce((select ${ctx}), clinic_id) = clinic_id`,
    `not ((select ${ctx}) is not null) or clinic_id = (select ${ctx})`,
    `current_setting('app.clinic_id', true) = '' or clinic_id = (select ${ctx})`,
    `case when (select ${ctx}) is null then true else clinic_id = (select ${ctx}) end`,
    `clinic_id = (select ${ctx}) or (select current_setting('app.role', true)) is distinct from 'reader'`,
    `coalesce((select m.clinic_id = patients.clinic_id from members m where m.user_id = nullif(current_setting('app.user_id', true), '')::uuid), true)`,
  ])('opens: %s', async (using) => {
    const members = `create table members (user_id uuid primary key, clinic_id uuid);`
    expect(await found(members + patients(policy(using)), 'T16')).toEqual(['T16 patients/p'])
  })

  test.each([
    `clinic_id = (select ${ctx})`,
    `flag or clinic_id = (select ${ctx})`,
    `name is null or clinic_id = (select ${ctx})`,
    `(select ${ctx}) is not null and clinic_id = (select ${ctx})`,
    `clinic_id::text = coalesce((select current_setting('app.clinic_id', true)), '')`,
    `clinic_id = coalesce((select ${ctx}), '00000000-0000-0000-0000-000000000000')`,
    `clinic_id = current_setting('app.clinic_id')::uuid`,
    `clinic_id = (select ${ctx}) or (select current_setting('app.role', true)) = 'root'`,
    `(select ${ctx}) is null and flag is null or clinic_id = (select ${ctx})`,
  ])('stays closed: %s', async (using) => {
    expect(await found(patients(policy(using)), 'T16')).toEqual([])
  })

  test('a hole inside a helper is seen', async () => {
    const helper = `create function sees(clinic uuid) returns boolean language plpgsql stable as $$ begin return current_setting('app.clinic_id', true) is null or clinic::text = current_setting('app.clinic_id', true); end $$;`
    expect(await found(patients(helper + policy('sees(clinic_id)')), 'T16')).toEqual(['T16 patients/p'])
  })
})

describe('ways around policies', () => {
  test('19, 20: FORCE binds an ordinary owner only, and changes its definer functions', async () => {
    const unforced = `${data} alter table patients no force row level security;`
    const [bySuperuser] = await findings(unforced, 'T02')
    expect(bySuperuser?.severity).toBe('low')
    const sql = `${unforced} alter table patients owner to :role_owner;
      create function how_many() returns bigint language sql security definer set search_path = pg_catalog, pg_temp as 'select count(*) from c.patients';
      alter function how_many() owner to :role_owner;`
    const [finding] = await findings(sql, 'T02')
    expect(finding?.severity).toBe('medium')
    expect(finding?.evidence['definerFunctions']).toEqual(['c.how_many()'])
  })

  test.runIf(major >= 15)('21, 22, 23: a view is judged by whether policies bind its owner', async () => {
    const [open] = await findings(viewOf('', ''), 'T28')
    expect(open?.message.en).toContain('runs with the rights of')
    for (const spelled of ['true', 'on', 't', 'y', 'tru', '1', 'yes'])
      expect(await found(viewOf(`with (security_invoker = ${spelled})`, ''), 'T28'), spelled).toEqual([])
    for (const spelled of ['false', 'off', 'n', '0'])
      expect(await found(viewOf(`with (security_invoker = ${spelled})`, ''), 'T28'), spelled).toEqual([
        'T28 v',
      ])
    expect(
      await found(
        viewOf(
          '',
          'grant select on patients to :role_owner; grant create on schema c to :role_owner; alter view v owner to :role_owner;',
        ),
        'T28',
      ),
    ).toEqual([])
  })

  test.runIf(major >= 15)('21: a definer view inside an invoker view still counts', async () => {
    const sql = `${data} create view inside as select * from patients; create view outside with (security_invoker) as select * from inside; grant select on inside, outside to :role;`
    expect(await found(sql, 'T28')).toEqual(['T28 inside'])
  })

  test('24: a trigger function runs with the rights of who fires it', async () => {
    const sql = `${data} create function note() returns trigger language plpgsql as $$ begin perform 1 from patients; return new; end $$;
      create trigger note after update on patients for each row execute function note();`
    expect(await found(sql, 'T26', 'T27')).toEqual([])
  })

  test('26, 27: a partition is judged at its root, unless it is granted by itself', async () => {
    const tree = `create table visits (id uuid, clinic_id uuid not null, at date not null, primary key (id, at)) partition by range (at);
      create table visits_1 partition of visits for values from ('2026-01-01') to ('2027-01-01');
      grant select on visits to :role;`
    expect(await found(tree, 'T01', 'T31')).toEqual(['T01 visits'])
    const on = `${tree} alter table visits enable row level security; create policy p on visits for select to :role using (clinic_id = ${tenant});`
    expect(await found(on, 'T01', 'T31', 'T04')).toEqual([])
    expect(await found(`${on} grant select on visits_1 to :role;`, 'T01', 'T31')).toEqual(['T31 visits_1'])
  })

  test('28: TRUNCATE asks no policy', async () => {
    expect(await found(`${data} grant truncate on patients to :role;`, 'T33')).toEqual([
      roles.fill('T33 patients/:role'),
    ])
  })

  test('29: a key tells what is hidden', async () => {
    const sql = `${data} alter table patients add column cpf text unique, add column code text, add unique (clinic_id, code);`
    const [finding, ...rest] = await findings(sql, 'T34')
    expect(rest).toEqual([])
    expect(finding).toMatchObject({ severity: 'high', object: { part: 'patients_cpf_key' } })
  })

  test('30: BYPASSRLS is not inherited; SET ROLE reaches it', async () => {
    const of = async (grant: string) =>
      (await found(withGroup(grant), 'T32')).filter((key) => key.includes(roles.fill(':role_login')))
    expect(await of('grant :role_group to :role_login;')).toHaveLength(1)
    await db.run(roles.fill('revoke :role_group from :role_login'))
    if (major >= 16) expect(await of('grant :role_group to :role_login with set false;')).toEqual([])
    await db.run(roles.fill('revoke :role_group from :role_login; alter role :role_group nobypassrls'))
  })

  test('31: no ACL means PUBLIC for functions, the owner for tables', async () => {
    const sql = `${data} create function all_names() returns setof text language sql security definer set search_path = pg_catalog, pg_temp as 'select name from c.patients';`
    expect(await found(sql, 'T27')).toEqual(['T27 all_names()'])
    expect(await found('create table closed (id uuid primary key)', 'T01')).toEqual([])
  })

  test('34: a fixed path that leaves pg_temp first is no fixed path', async () => {
    expect(await found(definerF('', 'c.patients'), 'T26')).toEqual(['T26 f()'])
    expect(await found(definerF('set search_path = c', 'patients'), 'T26')).toEqual(['T26 f()'])
    expect(await found(definerF(`set search_path = ''`, 'c.patients'), 'T26')).toEqual([])
    expect(await found(definerF('set search_path = c, pg_temp', 'patients'), 'T26')).toEqual([])
    expect(
      await found(
        `${definerF('set search_path = c, pg_temp', 'patients')} grant create on schema c to :role;`,
        'T26',
      ),
    ).toEqual(['T26 f()'])
  })

  test('35: bodies bound at creation, and functions that run as the caller, need no path', async () => {
    const atomic = `${data} create function f() returns bigint language sql security definer begin atomic select count(*) from patients; end; create function g() returns bigint language sql as 'select count(*) from c.patients';`
    expect(await found(atomic, 'T26')).toEqual([])
  })

  test('36: overloads are two findings', async () => {
    const sql = `${data} create function f(a uuid) returns bigint language sql security definer as 'select count(*) from c.patients'; create function f(a uuid, "b c" text) returns bigint language sql security definer as 'select count(*) from c.patients';`
    expect(await found(sql, 'T26')).toEqual(['T26 f(uuid)', 'T26 f(uuid,text)'])
  })
})

describe('whose row it is', () => {
  const members = `create table members (user_id uuid, clinic_id uuid, primary key (user_id, clinic_id));`
  const me = `(select nullif(current_setting('app.user_id', true), '')::uuid)`
  test.each([
    `flag`,
    `${me} is not null`,
    `exists (select 1 from members m where m.clinic_id = clinic_id and m.user_id = ${me})`,
    `exists (select 1 from members m where m.user_id = ${me})`,
    `name = current_setting('app.name', true)`,
    `clinic_id is not null and ${me} is not null`,
  ])('not asked: %s', async (using) => {
    expect(await found(members + patients(policy(using)), 'T15')).toEqual(['T15 patients/p'])
  })

  test.each([
    `clinic_id = ${tenant}`,
    `exists (select 1 from members m where m.clinic_id = patients.clinic_id and m.user_id = ${me})`,
    `clinic_id in (select m.clinic_id from members m where m.user_id = ${me})`,
    `clinic_id = any (array(select m.clinic_id from members m where m.user_id = ${me}))`,
    `flag and clinic_id = ${tenant}`,
    `${tenant} = clinic_id and name <> 'x'`,
    `not (clinic_id <> ${tenant})`,
    'false',
  ])('asked: %s', async (using) => {
    expect(await found(members + patients(policy(using)), 'T15')).toEqual([])
  })

  test('a lookup that holds for every tenant asks nobody', async () => {
    const registry = `create table clinics (id uuid primary key);`
    expect(await found(registry + patients(policy('clinic_id in (select id from clinics)')), 'T15')).toEqual([
      'T15 patients/p',
    ])
    const filtered = `${registry} alter table clinics enable row level security;`
    expect(await found(filtered + patients(policy('clinic_id in (select id from clinics)')), 'T15')).toEqual(
      [],
    )
  })

  test('a membership that one writes oneself is no membership', async () => {
    const table = `${members} alter table members enable row level security; grant select, insert on members to :role;
      create policy see on members for select to :role using (user_id = ${me});`
    const reads = policy(
      `exists (select 1 from members m where m.clinic_id = patients.clinic_id and m.user_id = ${me})`,
    )
    const join = `create policy enter on members for insert to :role with check (user_id = ${me});`
    expect(await found(table + join + patients(reads), 'T23')).toEqual(['T23 members/enter'])
    const invited = `create policy enter on members for insert to :role with check (user_id <> ${me} and clinic_id = ${tenant});`
    expect(await found(table + invited + patients(reads), 'T23')).toEqual([])
  })

  test('a flag beside the tenant opens writing too, in a policy for ALL', async () => {
    const sql = members + patients(policy(`clinic_id = ${tenant} or flag`, 'p', 'all'))
    expect((await findings(sql, 'T15'))[0]?.severity).toBe('high')
    const admin =
      members +
      patients(policy(`clinic_id = ${tenant} or current_setting('app.role', true) = 'admin'`, 'p', 'all'))
    expect((await findings(admin, 'T15'))[0]?.severity).toBe('low')
  })

  test('a branch beside the tenant is told, mildly', async () => {
    const [finding] = await findings(members + patients(policy(`clinic_id = ${tenant} or flag`)), 'T15')
    expect(finding?.severity).toBe('low')
  })
})

test('a predicate that cannot be read leaves the rule undecided, never passed', async () => {
  await db.run('drop schema if exists c cascade; create schema c')
  await db.run(
    roles.fill(`set search_path = c; ${patients(policy(`clinic_id = ${tenant}`))} reset search_path`),
  )
  const read = await readSnapshot(db.url)
  const snapshot = {
    ...read,
    relations: read.relations.map((relation) => ({
      ...relation,
      policies: relation.policies.map((p) => ({ ...p, using: '((clinic_id = ' })),
    })),
  }
  const result = await runRules(
    snapshot,
    { schemas: ['c'] },
    { rules: allRules.filter((rule) => ['T05', 'T15', 'T16', 'T18'].includes(rule.code)) },
  )
  expect(result.outcomes.map((outcome) => outcome.outcome)).toEqual([
    'unknown',
    'unknown',
    'unknown',
    'unknown',
  ])
  expect(factsOf(snapshot, { schemas: ['c'] }).governed).toHaveLength(1)
})
