-- case: 682-files-of-organisations
-- threat: dml
-- null-tenant: foreign
-- tenant: public.projects.org_id
-- tenant: public.members.org_id
-- tenant: storage.objects.org_id
-- tenant: public.comments.org_id
-- tenant: public.project_card(uuid).org_id
-- tenant: public.recent.org_id
-- tenant: public.invites.org_id
-- tenant: public.find_projects(text).org_id
-- tenant: public.copy_project(uuid)
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=authenticated settings={} claims={"sub":"11111111-0000-4000-8000-00000000000a","role":"authenticated","user_metadata":{"org":"a0000000-0000-4000-8000-00000000000a"}}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=authenticated settings={} claims={"sub":"22222222-0000-4000-8000-00000000000b","role":"authenticated","user_metadata":{"org":"b0000000-0000-4000-8000-00000000000b"}}
-- membership: public.members user=user_id tenant=org_id when="left_at is null" session="auth.uid()"
-- untrusted: claims.user_metadata
-- expect: table=public.members command=SELECT verdict=isolated
-- expect: table=public.projects command=SELECT verdict=isolated
-- expect: table=public.projects command=INSERT verdict=leaks
-- expect: table=public.projects command=UPDATE verdict=leaks
-- expect: table=public.comments command=SELECT verdict=leaks
-- expect: table=public.comments command=INSERT verdict=isolated
-- expect: table=storage.objects command=SELECT verdict=leaks
-- expect: table=storage.objects command=INSERT verdict=isolated
-- expect: table=public.invites command=SELECT verdict=isolated
-- expect: table=public.invites command=UPDATE verdict=leaks
-- expect: table=public.project_card(uuid) command=SELECT verdict=leaks
-- expect: table=public.find_projects(text) command=SELECT verdict=isolated
-- expect: table=public.copy_project(uuid) command=INSERT verdict=isolated
-- expect: table=public.recent command=SELECT verdict=isolated

do $$ declare r text; begin foreach r in array array['authenticated','anon','keeper'] loop begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end; end loop; end $$;
create schema auth; create schema storage;
grant usage on schema auth, storage, public to authenticated;
create function auth.jwt() returns jsonb language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
create function auth.uid() returns uuid language sql stable as $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
create function storage.foldername(name text) returns text[] language sql immutable as $$ select (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1] $$;
create table public.members (user_id uuid not null, org_id uuid not null, role text not null default 'member', left_at timestamptz, primary key (user_id, org_id));
create function public.my_orgs() returns setof uuid language sql stable security definer set search_path = '' as $$ select m.org_id from public.members m where m.user_id = auth.uid() and m.left_at is null $$;
alter table public.members enable row level security;
create policy m on public.members for select using (org_id in (select public.my_orgs()));
grant select on public.members to authenticated;
create table public.projects (id uuid primary key default gen_random_uuid(), org_id uuid not null, title text not null, archived boolean not null default false);
alter table public.projects enable row level security;
create policy r on public.projects for select using (org_id in (select public.my_orgs()));
create policy w on public.projects for insert with check (org_id = (auth.jwt() -> 'user_metadata' ->> 'org')::uuid);
create policy u on public.projects for update using (org_id in (select public.my_orgs())) with check (not archived);
grant select, insert, update on public.projects to authenticated;
create table public.comments (id uuid primary key default gen_random_uuid(), org_id uuid not null, project_id uuid not null references public.projects on delete cascade, body text);
alter table public.comments enable row level security;
create policy r on public.comments for select using (exists (select from public.projects p where p.id = project_id));
create policy w on public.comments for insert with check (org_id in (select public.my_orgs()) and exists (select from public.projects p where p.id = project_id and p.org_id = comments.org_id));
grant select, insert on public.comments to authenticated;
create table storage.objects (id uuid primary key default gen_random_uuid(), bucket_id text not null, name text not null, org_id uuid not null);
alter table storage.objects enable row level security;
create policy r on storage.objects for select using (bucket_id = 'files' and (storage.foldername(name))[1] in (select o::text from public.my_orgs() o));
create policy w on storage.objects for insert with check (bucket_id = 'files' and org_id in (select public.my_orgs()) and (storage.foldername(name))[1] = org_id::text);
grant select, insert on storage.objects to authenticated;
create table public.invites (id uuid primary key default gen_random_uuid(), org_id uuid not null, email text not null, token text not null default md5(random()::text), taken_by uuid);
alter table public.invites enable row level security;
create policy r on public.invites for select using (org_id in (select public.my_orgs()));
create policy u on public.invites for update using (taken_by is null or org_id in (select public.my_orgs())) with check (taken_by = auth.uid());
grant select, update on public.invites to authenticated;
create function public.project_card(p uuid) returns table (id uuid, org_id uuid, title text) language sql stable security definer set search_path = '' as $$ select p.id, p.org_id, p.title from public.projects p where p.id = $1 $$;
create function public.find_projects(q text) returns setof public.projects language sql stable as $$ select * from public.projects where title ilike '%' || q || '%' $$;
create function public.copy_project(p uuid) returns uuid language plpgsql security definer set search_path = '' as $$ declare n uuid; begin
  if not exists (select from public.projects x where x.id = p and x.org_id in (select public.my_orgs())) then raise exception 'no'; end if;
  insert into public.projects (org_id, title) select x.org_id, x.title || ' copy' from public.projects x where x.id = p returning id into n; return n; end $$;
create view public.recent with (security_invoker = true) as select id, org_id, title from public.projects order by title limit 5;
grant select on public.recent to authenticated;
grant execute on all functions in schema public, auth, storage to authenticated;

-- @seed
insert into public.members values ('11111111-0000-4000-8000-00000000000a','a0000000-0000-4000-8000-00000000000a'),('22222222-0000-4000-8000-00000000000b','b0000000-0000-4000-8000-00000000000b');
insert into public.projects values ('00000001-0000-4000-8000-000000000000','a0000000-0000-4000-8000-00000000000a','one'),('00000002-0000-4000-8000-000000000000','b0000000-0000-4000-8000-00000000000b','two');
insert into public.comments values ('00000003-0000-4000-8000-000000000000','a0000000-0000-4000-8000-00000000000a','00000001-0000-4000-8000-000000000000','x'),('00000004-0000-4000-8000-000000000000','b0000000-0000-4000-8000-00000000000b','00000001-0000-4000-8000-000000000000','y');
insert into storage.objects values ('00000005-0000-4000-8000-000000000000','files','a0000000-0000-4000-8000-00000000000a/x.png','a0000000-0000-4000-8000-00000000000a'),('00000006-0000-4000-8000-000000000000','files','b0000000-0000-4000-8000-00000000000b/y.png','b0000000-0000-4000-8000-00000000000b'),('00000007-0000-4000-8000-000000000000','files','a0000000-0000-4000-8000-00000000000a/z.png','b0000000-0000-4000-8000-00000000000b');
insert into public.invites values ('00000008-0000-4000-8000-000000000000','a0000000-0000-4000-8000-00000000000a','a@x.example','t1'),('00000009-0000-4000-8000-000000000000','b0000000-0000-4000-8000-00000000000b','b@x.example','t2');

-- check: public.members SELECT as=A :: select count(*) > 0 from public.members where org_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: public.projects SELECT as=A :: select count(*) > 0 from public.projects where org_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: public.projects INSERT as=A :: claims> {"sub":"11111111-0000-4000-8000-00000000000a","user_metadata":{"org":"b0000000-0000-4000-8000-00000000000b"}} ;; insert into public.projects (id, org_id, title) values ('00000000-0000-4000-8000-000000000000','b0000000-0000-4000-8000-00000000000b','q') ;; owner> select count(*) > 0 from public.projects where id = '00000000-0000-4000-8000-000000000000'
-- check: public.projects UPDATE as=A :: update public.projects set org_id = 'b0000000-0000-4000-8000-00000000000b' ;; owner> select org_id = 'b0000000-0000-4000-8000-00000000000b' from public.projects where id = '00000001-0000-4000-8000-000000000000'
-- check: public.comments SELECT as=A :: select count(*) > 0 from public.comments where org_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: public.comments INSERT as=A :: insert into public.comments (id, org_id, project_id) values ('00000000-0000-4000-8000-000000000000','b0000000-0000-4000-8000-00000000000b','00000002-0000-4000-8000-000000000000') ;; owner> select count(*) > 0 from public.comments where id = '00000000-0000-4000-8000-000000000000'
-- check: storage.objects SELECT as=A :: select count(*) > 0 from storage.objects where org_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: storage.objects INSERT as=A :: insert into storage.objects (id, bucket_id, name, org_id) values ('00000000-0000-4000-8000-000000000000','files','b0000000-0000-4000-8000-00000000000b/q','b0000000-0000-4000-8000-00000000000b') ;; owner> select count(*) > 0 from storage.objects where id = '00000000-0000-4000-8000-000000000000'
-- check: public.invites SELECT as=A :: select count(*) > 0 from public.invites where org_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: public.invites UPDATE as=A :: update public.invites set taken_by = '11111111-0000-4000-8000-00000000000a' ;; owner> select taken_by is not null from public.invites where id = '00000009-0000-4000-8000-000000000000'
-- check: public.project_card(uuid) SELECT as=A :: select count(*) > 0 from public.project_card('00000002-0000-4000-8000-000000000000')
-- check: public.find_projects(text) SELECT as=A :: select count(*) > 0 from public.find_projects('') where org_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: public.copy_project(uuid) INSERT as=A :: try> select public.copy_project('00000002-0000-4000-8000-000000000000') ;; owner> select count(*) > 1 from public.projects where org_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: public.recent SELECT as=A :: select count(*) > 0 from public.recent where org_id = 'b0000000-0000-4000-8000-00000000000b'
