import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '../../db/test-database'
import { readSnapshot } from '../catalog/read'
import type { Finding } from './rule'
import { runRules } from './run'

const [ana, bob] = ['a0000000-0000-4000-8000-00000000000a', 'b0000000-0000-4000-8000-00000000000b']
const [one, two] = ['10000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000002']

/** Supabase's way: no setting names the tenant, policies ask a table of members about `auth.uid()`. */
const schema = `
revoke create on schema public from public;
do $$ declare r text; begin foreach r in array array['anon', 'authenticated', 'service_role'] loop begin execute format('create role %I', r);
  exception when duplicate_object or unique_violation then null; end; end loop; end $$;
create schema auth; grant usage on schema auth, public to authenticated;
create function auth.uid() returns uuid language sql stable as $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
create table organizations (id uuid primary key, name text);
create table members (organization_id uuid not null references organizations, user_id uuid not null, primary key (organization_id, user_id));
create table projects (id int primary key, organization_id uuid not null references organizations, name text);
create table notes (id int primary key, organization_id uuid not null references organizations, body text);
create index on members (user_id); create index on projects (organization_id); create index on notes (organization_id);
grant select on organizations to authenticated; grant select, insert, update, delete on members, projects, notes to authenticated;
insert into organizations values ('${one}', 'One'), ('${two}', 'Two');
insert into members values ('${one}', '${ana}'), ('${two}', '${bob}');
insert into projects values (1, '${one}', 'hers'), (2, '${two}', 'his');
insert into notes values (1, '${one}', 'hers'), (2, '${two}', 'his');`

/** How the policies of `projects` ask: `of(column)` is the condition. */
const ways: Readonly<Record<string, { readonly before: string; readonly of: (id: string) => string }>> = {
  'a list of organizations': {
    before: '',
    of: (id) => `${id} in (select m.organization_id from members m where m.user_id = (select auth.uid()))`,
  },
  'a row that exists': {
    before: '',
    of: (id) =>
      `exists (select 1 from members m where m.organization_id = ${id} and m.user_id = (select auth.uid()))`,
  },
  'a function with its owner’s rights': {
    before: `create function is_member(org uuid) returns boolean language sql stable security definer set search_path = ''
      as $$ select exists (select 1 from public.members m where m.organization_id = org and m.user_id = (select auth.uid())) $$;`,
    of: (id) => `is_member(${id})`,
  },
}

const protectedBy = (of: (id: string) => string) => `
alter table organizations enable row level security; alter table organizations force row level security;
alter table members enable row level security; alter table projects enable row level security;
alter table projects force row level security;
create policy own on organizations for select to authenticated using (${of('organizations.id')});
create policy own on members for select to authenticated using (user_id = (select auth.uid()));
create policy own on projects to authenticated using (${of('projects.organization_id')});`

describe.each(majors())('on PostgreSQL %s', (major) => {
  let db: TestDatabase
  beforeEach(async () => {
    db = await testDatabase(major)
  })
  afterEach(() => db.drop())

  const finding = async (key: string) =>
    (await runRules(await readSnapshot(db.url), {})).findings.find((each) => each.key === key)
  const as = async (user: string, sql: string) => {
    await db.run(
      `set role authenticated; select set_config('request.jwt.claims', '{"sub":"${user}"}', false)`,
    )
    try {
      return await db.run(sql)
    } finally {
      await db.run('reset role; reset "request.jwt.claims"')
    }
  }

  test.each(Object.entries(ways))('a table without protection asks the members by %s', async (_way, way) => {
    await db.run(`${schema} ${way.before} ${protectedBy(way.of)}`)
    const found = await finding('rls-disabled:public.notes')
    expect(found?.fix.sql.join('\n')).not.toContain('current_setting')
    await db.run(found!.fix.sql.join(';'))
    const after = (await runRules(await readSnapshot(db.url), {})).findings
    const isOfNotes = ({ object, group }: Finding) => object.name === 'notes' && group === 'tenancy'
    expect(after.filter(isOfNotes).map(({ key }) => key)).toEqual([])
    expect(await as(ana, 'select body from notes')).toEqual([{ body: 'hers' }])
    expect(await as(bob, 'select body from notes')).toEqual([{ body: 'his' }])
    await expect(as(ana, `insert into notes values (3, '${two}', 'not hers')`)).rejects.toThrow('row-level')
    await as(ana, `insert into notes values (3, '${one}', 'hers too')`)
    await expect(as(ana, `update notes set organization_id = '${two}'`)).rejects.toThrow('row-level')
    expect(await as('c0000000-0000-4000-8000-00000000000c', 'select body from notes')).toEqual([])
  })

  test.each(Object.entries(ways))('the table of organizations too, by %s', async (_way, way) => {
    await db.run(`${schema} ${way.before} ${protectedBy(way.of)}
      drop policy own on organizations; alter table organizations disable row level security`)
    const found = await finding('rls-disabled:public.organizations')
    await db.run(found!.fix.sql.join(';'))
    expect(await as(ana, 'select name from organizations')).toEqual([{ name: 'One' }])
  })

  test('the table of members asks itself nothing: each sees what says they are one, and writes none', async () => {
    const way = ways['a list of organizations']!
    await db.run(`${schema} ${protectedBy(way.of)}
      drop policy own on members; alter table members disable row level security`)
    const found = await finding('rls-disabled:public.members')
    await db.run(found!.fix.sql.join(';'))
    expect(await as(ana, 'select organization_id from members')).toEqual([{ organization_id: one }])
    expect(await as(ana, 'select name from projects')).toEqual([{ name: 'hers' }])
    await expect(as(ana, `insert into members values ('${two}', '${ana}')`)).rejects.toThrow('denied')
  })

  test('what asks for members without asking who is there is not copied', async () => {
    await db.run(
      `${schema} ${protectedBy((id) => `exists (select 1 from members m where m.organization_id = ${id})`)}`,
    )
    const found = await finding('rls-disabled:public.notes')
    expect(found?.fix.sql.join('\n')).not.toContain('members')
  })
})
