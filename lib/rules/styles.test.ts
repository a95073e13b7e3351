import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../db/test-database'
import { readSnapshot } from '../catalog/read'
import { factsOf } from './facts'
import { runRules } from './run'

/**
 * Schemas as other people write them: nothing of tenancy above low on the clean ones; each planted defect found, by rule
 * and object. Role names are those of the platforms, shared by every database of the server.
 */
const roles = (names: string) =>
  names
    .split(' ')
    .map(
      (name) =>
        `do $$ begin create role ${name}; exception when duplicate_object or unique_violation then null; end $$;`,
    )
    .join('\n')

const supabase = `
${roles('anon authenticated service_role authenticator')}
alter role service_role bypassrls; alter role authenticator noinherit login;
do $$ begin grant anon, authenticated, service_role to authenticator; exception when others then null; end $$;
create schema auth; grant usage on schema auth, public to anon, authenticated, service_role;
create table auth.users (id uuid primary key, email text, raw_user_meta_data jsonb);
create function auth.uid() returns uuid language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
create function auth.jwt() returns jsonb language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
create function auth.role() returns text language sql stable as $$ select auth.jwt() ->> 'role' $$;
create table organizations (id uuid primary key default gen_random_uuid(), name text not null);
create table profiles (id uuid primary key references auth.users on delete cascade, full_name text);
create table memberships (org_id uuid not null references organizations, user_id uuid not null references auth.users, role text not null, primary key (org_id, user_id));
create table projects (id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations, name text);
create table tasks (id uuid primary key default gen_random_uuid(), project_id uuid not null references projects, title text, assignee uuid references auth.users);
create table posts (id uuid primary key default gen_random_uuid(), user_id uuid not null references auth.users, body text, is_public boolean not null default false);
create table countries (code text primary key, name text);
create index on memberships (user_id); create index on projects (org_id); create index on tasks (project_id); create index on tasks (assignee); create index on posts (user_id);
create function public.is_member(org uuid) returns boolean language sql stable security definer set search_path = '' as $$ select exists (select 1 from public.memberships m where m.org_id = org and m.user_id = (select auth.uid())) $$;
do $$ declare t text; begin foreach t in array array['organizations','profiles','memberships','projects','tasks','posts','countries'] loop execute format('alter table public.%I enable row level security; grant select, insert, update, delete on public.%I to anon, authenticated, service_role', t, t); end loop; end $$;
create policy "Members read" on organizations for select to authenticated using (is_member(id));
create policy "Own profile" on profiles for select to authenticated using ((select auth.uid()) = id);
create policy "Own profile update" on profiles for update to authenticated using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
create policy "See own memberships" on memberships for select to authenticated using (user_id = (select auth.uid()));
create policy "p read" on projects for select to authenticated using (is_member(org_id));
create policy "p ins" on projects for insert to authenticated with check (is_member(org_id));
create policy "p upd" on projects for update to authenticated using (is_member(org_id)) with check (is_member(org_id));
create policy "p del" on projects for delete to authenticated using (exists (select 1 from memberships m where m.org_id = projects.org_id and m.user_id = (select auth.uid()) and m.role = 'admin'));
create policy "t all" on tasks for all to authenticated using (exists (select 1 from projects p where p.id = tasks.project_id and is_member(p.org_id)));
create policy "public posts" on posts for select to anon, authenticated using (is_public);
create policy "own posts" on posts for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "service" on posts for all to service_role using (true);
create policy "countries" on countries for select to anon, authenticated using (true);`

const neon = `
${roles('authenticated anonymous neon_app_owner')}
create schema auth; create schema todo authorization neon_app_owner; grant usage on schema auth to authenticated, anonymous, neon_app_owner; grant usage on schema todo to authenticated, anonymous;
create function auth.user_id() returns text language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub' $$;
set role neon_app_owner;
create table todo.todos (id bigint generated always as identity primary key, user_id text not null default (auth.user_id()), task text not null, is_complete boolean not null default false);
create index on todo.todos (user_id);
alter table todo.todos enable row level security; alter table todo.todos force row level security;
create policy "own r" on todo.todos for select to authenticated using ((select auth.user_id()) = user_id);
create policy "own i" on todo.todos for insert to authenticated with check ((select auth.user_id()) = user_id);
create policy "own u" on todo.todos for update to authenticated using ((select auth.user_id()) = user_id) with check ((select auth.user_id()) = user_id);
create policy "own d" on todo.todos for delete to authenticated using ((select auth.user_id()) = user_id);
grant select, insert, update, delete on todo.todos to authenticated;
reset role;`

const plain = `
${roles('shop_app shop_owner shop_report')}
create schema shop authorization shop_owner; grant usage on schema shop to shop_app, shop_report; set role shop_owner;
create table shop.tenants (id int primary key, name text);
create table shop.customers (id int generated always as identity, tenant_id int not null references shop.tenants, email text, primary key (tenant_id, id), unique (tenant_id, email));
create table shop.orders (id int generated always as identity, tenant_id int not null references shop.tenants, customer_id int not null, total numeric(12,2), primary key (tenant_id, id), foreign key (tenant_id, customer_id) references shop.customers (tenant_id, id));
create index on shop.orders (tenant_id, customer_id);
create table shop.order_lines (order_tenant int not null, order_id int not null, line int not null, sku text not null, primary key (order_tenant, order_id, line), foreign key (order_tenant, order_id) references shop.orders (tenant_id, id));
create table shop.currencies (code char(3) primary key, name text);
create table shop.schema_migrations (version bigint primary key);
create function shop.current_tenant() returns int language sql stable as $$ select nullif(current_setting('shop.tenant', true), '')::int $$;
do $$ declare t text; begin foreach t in array array['tenants','customers','orders','order_lines'] loop execute format('alter table shop.%I enable row level security; alter table shop.%I force row level security', t, t); end loop; end $$;
create policy t on shop.tenants for select to shop_app using (id = (select shop.current_tenant()));
create policy t on shop.customers to shop_app using (tenant_id = (select shop.current_tenant()));
create policy t on shop.orders to shop_app using (tenant_id = (select shop.current_tenant()));
create policy t on shop.order_lines to shop_app using (order_tenant = (select shop.current_tenant()));
grant select on shop.tenants, shop.currencies to shop_app; grant select, insert, update, delete on shop.customers, shop.orders, shop.order_lines to shop_app;
reset role;`

const styles = {
  supabase: {
    sql: supabase,
    tenant: 'org_id',
    planted: [
      ['alter table projects disable row level security', 'rls-dormant-policies:public.projects'],
      [
        `create table notes (id uuid primary key, org_id uuid not null references organizations); grant select on notes to anon`,
        'rls-disabled:public.notes',
      ],
      [
        `create table lines (id uuid primary key, task_id uuid not null references tasks); grant select on lines to authenticated`,
        'rls-disabled:public.lines',
      ],
      [
        `alter policy "p read" on projects using (auth.role() = 'authenticated')`,
        'policy-ignores-tenant:public.projects/"p read"',
      ],
      [
        `alter policy "p read" on projects using ((auth.jwt() -> 'user_metadata' ->> 'org_id')::uuid = org_id)`,
        'user-editable-claim:public.projects/"p read"',
      ],
      [
        `alter policy "p upd" on projects with check (true)`,
        'check-weaker-than-using:public.projects/"p upd"',
      ],
      [
        `alter policy "p del" on projects using (exists (select 1 from memberships m where m.org_id = org_id and m.user_id = auth.uid()))`,
        'policy-ignores-tenant:public.projects/"p del"',
      ],
      [
        `alter policy "See own memberships" on memberships using (auth.uid() is null or user_id = auth.uid())`,
        'fail-open-context:public.memberships/"See own memberships"',
      ],
      [
        `alter policy "Own profile" on profiles using (auth.uid() is not null)`,
        'policy-ignores-tenant:public.profiles/"Own profile"',
      ],
      [
        `alter policy "own posts" on posts using (true) with check (true)`,
        'policy-always-true:public.posts/"own posts"',
      ],
      [
        `create view all_posts as select * from posts; grant select on all_posts to anon`,
        'view-or-rule-bypasses-rls:public.all_posts',
      ],
      [
        `create materialized view post_copy as select * from posts; grant select on post_copy to authenticated`,
        'matview-copies-rls-data:public.post_copy',
      ],
      [
        `create function all_tasks() returns setof tasks language sql security definer set search_path = '' as 'select * from public.tasks'`,
        'definer-open-execute:public.all_tasks()',
      ],
      [
        `alter function is_member(uuid) reset search_path`,
        'definer-mutable-search-path:public.is_member(uuid)',
      ],
      [
        `create policy mine on memberships for insert to authenticated with check (true)`,
        'policy-always-true:public.memberships/mine',
      ],
      [
        `alter table memberships disable row level security`,
        'policy-reads-unprotected-table:public.memberships',
      ],
      [`alter policy "own posts" on posts to public`, 'policy-to-public-or-anon:public.posts/"own posts"'],
      [
        `alter policy "p read" on projects using (org_id = 'b0000000-0000-4000-8000-00000000000b')`,
        'hardcoded-tenant:public.projects/"p read"',
      ],
    ],
  },
  neon: {
    sql: neon,
    tenant: null,
    planted: [
      [
        'alter table todo.todos no force row level security; alter role neon_app_owner login',
        'rls-not-forced:todo.todos',
      ],
      ['alter table todo.todos disable row level security', 'rls-dormant-policies:todo.todos'],
      [
        `alter policy "own r" on todo.todos using (auth.user_id() is not null)`,
        'policy-ignores-tenant:todo.todos/"own r"',
      ],
      [
        `alter policy "own u" on todo.todos with check (is_complete)`,
        'check-weaker-than-using:todo.todos/"own u"',
      ],
      [
        `alter policy "own d" on todo.todos using (user_id = coalesce(auth.user_id(), user_id))`,
        'fail-open-context:todo.todos/"own d"',
      ],
      [
        `alter policy "own i" on todo.todos with check (user_id = user_id)`,
        'policy-always-true:todo.todos/"own i"',
      ],
      [`grant delete on todo.todos to anonymous`, 'command-gap:todo.todos/anonymous'],
      [`grant truncate on todo.todos to authenticated`, 'grant-bypasses-rls:todo.todos/authenticated'],
    ],
  },
  plain: {
    sql: plain,
    tenant: 'tenant_id',
    planted: [
      [
        'alter table shop.order_lines disable row level security; drop policy t on shop.order_lines',
        'rls-disabled:shop.order_lines',
      ],
      ['drop policy t on shop.orders', 'rls-no-policy:shop.orders'],
      ['alter function shop.current_tenant() immutable', 'immutable-context-helper:shop.current_tenant()'],
      ['alter function shop.current_tenant() volatile', 'volatile-in-policy:shop.current_tenant()'],
      [
        `alter policy t on shop.orders using (tenant_id = shop.current_tenant())`,
        'per-row-context-call:shop.orders/t',
      ],
      [
        `create policy "by total" on shop.orders for select to shop_report using (total < 10); grant select on shop.orders to shop_report`,
        'policy-ignores-tenant:shop.orders/"by total"',
      ],
      [
        `create policy add on shop.customers for insert to shop_app`,
        'write-without-check:shop.customers/add',
      ],
      [
        `create policy t2 on shop.orders to shop_app using (tenant_id = (select shop.current_tenant()))`,
        'duplicate-policy:shop.orders/t2',
      ],
      [
        `create policy floor on shop.orders as restrictive to shop_app using (tenant_id = tenant_id)`,
        'restrictive-noop:shop.orders/floor',
      ],
      [`grant shop_owner to shop_app`, 'rls-exempt-login:role shop_app'],
      [
        `create table shop.currency_notes (id int primary key, note text); grant select, insert on shop.currency_notes to shop_app`,
        'rls-disabled:shop.currency_notes',
      ],
    ],
  },
} as const

describe.each(Object.entries(styles))('in the style of %s', (_name, style) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await testDatabase()
    await db.run(`revoke create on schema public from public; ${style.sql}`)
  })
  afterAll(() => db.drop())

  const scan = async () => {
    const snapshot = await readSnapshot(db.url)
    return { facts: factsOf(snapshot, {}), result: await runRules(snapshot, {}) }
  }

  test('what is clean stays quiet', async () => {
    const { facts, result } = await scan()
    expect(facts.tenancy.column).toBe(style.tenant)
    const loud = result.findings.filter(
      (finding) => finding.code.startsWith('T') && finding.severity !== 'low',
    )
    expect(loud.map((finding) => `${finding.severity} ${finding.key}`)).toEqual([])
  })

  test.each(style.planted.map(([sql, key]) => [key, sql] as const))('%s is found', async (key, sql) => {
    const copy = await testDatabase()
    await copy.run(`revoke create on schema public from public; ${style.sql}`)
    try {
      await copy.run(sql)
      const snapshot = await readSnapshot(copy.url)
      const keys = (await runRules(snapshot, {})).findings.map((finding) => finding.key)
      expect(keys).toContain(key)
    } finally {
      await copy.run('revoke shop_owner from shop_app').catch(() => null)
      await copy.drop()
    }
  })
})
