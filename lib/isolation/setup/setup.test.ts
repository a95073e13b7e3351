import { afterEach, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { installNeglected, installReference } from '@/db/reference/files'
import { readSnapshot } from '@/lib/catalog/read'
import type { Config } from '@/lib/config/schema'
import { factsOf } from '@/lib/rules/facts'
import { functionsAsWritten } from '../names'
import { setupOf } from './setup'

const A = 'a0000000-0000-4000-8000-00000000000a'
const userA = '10000000-0000-4000-8000-000000000001'

let db: TestDatabase
afterEach(() => db.drop())

async function prepared(sql: string, config: Config = {}, stored: Parameters<typeof setupOf>[1] = null) {
  db = await testDatabase()
  await db.run(sql)
  return setupOf(factsOf(await readSnapshot(db.url), config), stored)
}
async function installed(install: typeof installReference) {
  db = await testDatabase()
  const client = await db.connect()
  await install(client)
  await client.end()
  return setupOf(factsOf(await readSnapshot(db.url), {}))
}
const role = (name: string) =>
  `do $$ begin create role ${name}; exception when duplicate_object or unique_violation then null; end $$;`

describe('what is detected', () => {
  test('of the reference: settings, the table of members, whose rows name their user', async () => {
    const { setup, notes } = await installed(installReference)
    expect(setup.principals.find(({ name }) => name === 'app_rw/A')).toEqual({
      name: 'app_rw/A',
      tenants: [A],
      // Other databases of this server may give the role to logins of theirs.
      login: expect.toBeOneOf(['neonpro_app', null]),
      role: 'app_rw',
      settings: { 'app.clinic_id': A, 'app.user_id': userA },
      claims: null,
    })
    expect(setup.principals.find(({ name }) => name === 'app_rw/none')).toMatchObject({
      tenants: [],
      settings: {},
    })
    expect(setup.membership).toMatchObject({
      relation: 'public.clinic_members',
      user: 'user_id',
      tenant: 'clinic_id',
      session: `nullif(current_setting('app.user_id', true), '')::uuid`,
    })
    expect(setup.ownRows.map(({ relation }) => relation)).toContain('public.patients')
    expect(setup.tenants).toContainEqual({ relation: 'public.clinics', column: 'id' })
    expect(setup.tenants).toContainEqual({ relation: 'app.consent_end(uuid,uuid,text,text)', column: null })
    // A helper that policies call is part of the policies.
    expect(setup.tenants.map(({ relation }) => relation)).not.toContain('app.clinics_of(text[])')
    // The log is known: what counts it, who keeps it, and that its entries of no clinic are the platform's.
    expect(setup.tenants).toContainEqual({ relation: 'ledger_counts.actor', column: 'scope' })
    expect(setup.nullTenant).toBe('platform')
    expect(setup.principals.map(({ role }) => role)).not.toContain('ledger_sealer')
    expect(notes).toContainEqual({ en: expect.stringContaining(' ledger_sealer: '), pt: expect.any(String) })
  })

  test('of the neglected database: a child through its key, a function with rows, a claim that users write', async () => {
    const { setup } = await installed(installNeglected)
    expect(setup.tenantVia).toContainEqual({
      relation: 'public.itens_receita',
      column: 'receita_id',
      parent: 'public.receitas',
      parentColumn: 'id',
    })
    expect(setup.tenants).toContainEqual({
      relation: 'public.buscar_paciente(text)',
      column: 'clinica_id',
    })
    expect(setup.untrusted).toEqual(['claims.user_metadata'])
    expect(setup.principals.find(({ name }) => name === 'neg_app/A')).toMatchObject({
      settings: { 'app.clinica': A, 'app.usuario': userA },
      claims: { user_metadata: { clinica_id: A } },
    })
  })

  test('of Supabase: the token, its subject, and anon for nobody', async () => {
    const { setup, notes } = await prepared(`
      ${['anon', 'authenticated', 'authenticator'].map(role).join('')}
      create schema auth; grant usage on schema auth to anon, authenticated;
      create function auth.uid() returns uuid language sql stable as
        $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
      create table organizations (id uuid primary key);
      create table memberships (org_id uuid references organizations, user_id uuid, primary key (org_id, user_id));
      create table projects (id uuid primary key, org_id uuid not null references organizations);
      create table tasks (id uuid primary key, project_id uuid not null references projects);
      create function auth.jwt() returns jsonb language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
      create table notes (id uuid primary key, org_id uuid not null);
      alter table notes enable row level security;
      create policy own on notes to authenticated using (
        org_id = (auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid and auth.jwt() -> 'user_metadata' ->> 'role' = 'admin');
      grant select on notes to authenticated;
      alter table projects enable row level security;
      create policy own on projects to authenticated using (
        exists (select from memberships m where m.org_id = projects.org_id and m.user_id = (select auth.uid())));
      grant select on projects, memberships, tasks to anon, authenticated`)
    expect(setup.principals.map(({ name }) => name)).toEqual([
      'anon/none',
      'authenticated/A',
      'authenticated/B',
      'authenticated/none',
    ])
    expect(setup.principals[1]).toMatchObject({
      login: 'authenticator',
      tenants: [A],
      // What is only on the way to a claim is no claim of its own.
      claims: { role: 'authenticated', sub: userA, app_metadata: { org_id: A } },
    })
    expect(setup.principals[1]?.claims).not.toHaveProperty('user_metadata')
    expect(notes.find(({ en }) => en.startsWith('Left unset'))?.en).toMatch(
      /: claims\.user_metadata\.role\. /,
    )
    expect(setup.membership).toMatchObject({
      relation: 'public.memberships',
      session: `(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid`,
    })
    expect(setup.tenantVia).toEqual([
      { relation: 'public.tasks', column: 'project_id', parent: 'public.projects', parentColumn: 'id' },
    ])
  })

  test('of Neon with rows of persons: the person is the tenant', async () => {
    const { setup } = await prepared(`
      ${role('authenticated')}
      create schema auth; grant usage on schema auth to authenticated;
      create function auth.user_id() returns text language sql stable as
        $$ select nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub' $$;
      create table todos (id bigint primary key, user_id text not null);
      alter table todos enable row level security;
      create policy own on todos to authenticated using ((select auth.user_id()) = user_id);
      grant select, insert on todos to authenticated`)
    expect(setup.tenants).toEqual([{ relation: 'public.todos', column: 'user_id' }])
    expect(setup.principals[0]).toMatchObject({ tenants: ['user-a'], claims: { sub: 'user-a' } })
    expect(setup.membership).toBeNull()
  })

  test('of a role for each tenant', async () => {
    const name = `iso_${Math.random().toString(36).slice(2, 8)}`
    const { setup } = await prepared(`
      create role ${name}_north; create role ${name}_south;
      create table rooms (id int primary key, clinic_id int not null);
      alter table rooms enable row level security;
      create policy north on rooms to ${name}_north using (clinic_id = 1);
      create policy south on rooms to ${name}_south using (clinic_id = 2);
      grant select on rooms to ${name}_north, ${name}_south`)
    await db.run(`drop owned by ${name}_north, ${name}_south; drop role ${name}_north, ${name}_south`)
    expect(setup.principals).toMatchObject([
      { role: `${name}_north`, tenants: ['1'], settings: {} },
      { role: `${name}_south`, tenants: ['2'], settings: {} },
    ])
  })

  test('of logins: the one that may become the role and writes; several, or none, are said where something asks', async () => {
    const name = `iso_${Math.random().toString(36).slice(2, 8)}`
    const found = async (more: string) => {
      await db.run(more)
      const { setup, notes } = await setupOf(factsOf(await readSnapshot(db.url), {}))
      const logins = setup.principals.filter(({ role }) => role === name).map(({ login }) => login)
      return { logins: [...new Set(logins)], said: notes.map(({ en }) => en).join(' ') }
    }
    await prepared(`
      create role ${name} nologin; create role ${name}_group nologin;
      create role ${name}_app login noinherit; create role ${name}_reports login; create role ${name}_else login;
      alter role ${name}_reports set default_transaction_read_only = on;
      grant ${name} to ${name}_group, ${name}_reports;
      create table rooms (id int primary key, clinic_id uuid not null, seen_by text default session_user);
      alter table rooms enable row level security;
      create policy own on rooms using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
      grant select, insert on rooms to ${name}`)
    try {
      expect(await found('')).toEqual({
        logins: [null],
        said: expect.stringContaining(`No login of an application may become ${name} `),
      })
      expect(await found(`grant ${name}_group to ${name}_app`)).toEqual({ logins: [`${name}_app`], said: '' })
      expect(await found(`grant ${name} to ${name}_else`)).toEqual({
        logins: [null],
        said: expect.stringContaining(`may become ${name}: ${name}_app, ${name}_else.`),
      })
      // Who cannot connect here is nobody's session; what nothing asks for need not be said.
      const closed = `revoke connect on database ${db.name} from public; grant connect on database ${db.name} to ${name}_app`
      expect(await found(closed)).toMatchObject({ logins: [`${name}_app`] })
      const unasked = `grant connect on database ${db.name} to public; alter table rooms alter seen_by drop default`
      expect(await found(unasked)).toEqual({ logins: [null], said: '' })
    } finally {
      const all = ['', '_group', '_app', '_reports', '_else'].map((end) => name + end).join(', ')
      await db.run(`drop owned by ${all}; drop role ${all}`)
    }
  })

  test('not: that is said, with what would help', async () => {
    const { setup, notes } = await prepared('create table parts (id int primary key)')
    expect(setup.tenants).toEqual([])
    expect(notes.map(({ en }) => en).join(' ')).toContain('isolation.tenants')
  })
})

describe('what is configured', () => {
  const sql = `
    ${role('iso_config_app')}
    create table rooms (id int primary key, clinic_id uuid not null, house text);
    create function search(t text, n int) returns setof rooms language sql as 'select * from rooms';
    grant select on rooms to iso_config_app`
  const principal = { name: 'A', tenants: ['1'], role: 'iso_config_app', settings: { 'app.house': '1' } }

  test('wins, and finds relations and functions however they are spelled', async () => {
    const { setup, origins } = await prepared(sql, {
      isolation: {
        threat: 'sql',
        tenants: [{ relation: 'public.rooms', column: 'house' }, { relation: 'public.search(text, int4)' }],
        principals: [principal],
      },
    })
    expect(setup).toMatchObject({
      threat: 'sql',
      tenants: [
        { relation: 'public.rooms', column: 'house' },
        { relation: 'public.search(text,integer)', column: null },
      ],
      tenantVia: [],
      principals: [{ ...principal, login: null, claims: null }],
      membership: null,
      ownRows: [],
    })
    expect(origins).toMatchObject({ tenants: 'configuration', principals: { A: 'configuration' } })
    const snapshot = await readSnapshot(db.url)
    expect([
      ...functionsAsWritten(snapshot, [
        'public.rooms',
        'public.search(text, int4)',
        'public.search(text,integer)',
      ]),
    ]).toEqual([['public.search(text,integer)', 'public.search(text, int4)']])
  })

  test('wins over what was stored under the same name; other stored principals stay', async () => {
    const stored = { login: null, claims: null, settings: {}, tenants: ['9'], role: 'iso_config_app' }
    const { setup, origins } = await prepared(sql, { isolation: { principals: [principal] } }, [
      { ...stored, name: 'A' },
      { ...stored, name: 'C' },
    ])
    expect(setup.principals.map(({ name, tenants }) => [name, tenants])).toEqual([
      ['A', ['1']],
      ['C', ['9']],
    ])
    expect(origins.principals).toEqual({ A: 'configuration', C: 'stored' })
  })

  test('wrongly: the key and the name are said', async () => {
    await expect(
      prepared(sql, { isolation: { tenants: [{ relation: 'public.nowhere', column: 'x' }] } }),
    ).rejects.toThrow('isolation.tenants[0].relation: there is no public.nowhere')
  })
})
