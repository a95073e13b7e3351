-- case: 380-members-who-hold-roles
-- threat: dml
-- null-tenant: foreign
-- tenant: c.projects.org_id
-- tenant: c.tasks.org_id
-- tenant: c.org_members.org_id
-- principal: name=A tenant=a0000000-0000-0000-0000-00000000000a role=case_user settings={} claims={"sub":"aaaaaaaa-0000-0000-0000-000000000001","role":"case_user"}
-- principal: name=B tenant=b0000000-0000-0000-0000-00000000000b role=case_user settings={} claims={"sub":"bbbbbbbb-0000-0000-0000-000000000002","role":"case_user"}
-- membership: c.org_members user=user_id tenant=org_id session=auth.uid()
-- expect: table=c.projects command=SELECT verdict=isolated
-- expect: table=c.projects command=INSERT verdict=isolated
-- expect: table=c.projects command=UPDATE verdict=isolated
-- expect: table=c.projects command=DELETE verdict=isolated
-- expect: table=c.org_members command=INSERT verdict=isolated
-- expect: table=c.org_members command=SELECT verdict=isolated
-- expect: table=c.tasks command=SELECT verdict=leaks
-- expect: table=c.tasks command=INSERT verdict=leaks
-- why: helpers with lists of roles; a child whose clinic is not that of its parent

do $$ begin create role case_user nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_anon nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_service nologin bypassrls; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema auth authorization keeper;
create schema c authorization keeper;
grant usage on schema auth, c to case_user, case_anon, case_service;
set role keeper;
create function auth.uid() returns uuid language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
create function auth.jwt() returns jsonb language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
create function auth.role() returns text language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'))::text $$;

create table c.orgs (id uuid primary key, name text not null);
create table c.org_members (org_id uuid not null references c.orgs on delete cascade, user_id uuid not null, role text not null default 'member' check (role in ('owner','admin','member','viewer')), primary key (org_id, user_id));
create table c.projects (id uuid primary key default gen_random_uuid(), org_id uuid not null references c.orgs on delete cascade, name text not null, deleted_at timestamptz);
create table c.tasks (id uuid primary key default gen_random_uuid(), org_id uuid not null, project_id uuid not null, title text not null, foreign key (project_id) references c.projects on delete cascade);
create function c.is_member(o uuid) returns boolean language sql stable security definer set search_path = '' as $$ select exists (select 1 from c.org_members m where m.org_id = o and m.user_id = auth.uid()) $$;
create function c.has_role(o uuid, variadic roles text[]) returns boolean language sql stable security definer set search_path = '' as $$ select exists (select 1 from c.org_members m where m.org_id = o and m.user_id = auth.uid() and m.role = any (roles)) $$;
alter table c.orgs enable row level security; alter table c.org_members enable row level security; alter table c.projects enable row level security; alter table c.tasks enable row level security;
create policy r on c.org_members for select to case_user using (c.is_member(org_id));
create policy i on c.org_members for insert to case_user with check (c.has_role(org_id, 'owner', 'admin'));
create policy u on c.org_members for update to case_user using (c.has_role(org_id, 'owner')) with check (c.has_role(org_id, 'owner'));
create policy d on c.org_members for delete to case_user using (c.has_role(org_id, 'owner', 'admin') or user_id = (select auth.uid()));
create policy r on c.projects for select to case_user using (c.is_member(org_id) and deleted_at is null);
create policy i on c.projects for insert to case_user with check (c.has_role(org_id, 'owner', 'admin', 'member'));
create policy u on c.projects for update to case_user using (c.has_role(org_id, 'owner', 'admin')) with check (c.has_role(org_id, 'owner', 'admin'));
create policy d on c.projects for delete to case_user using (c.has_role(org_id, 'owner'));
create policy r on c.tasks for select to case_user using (exists (select 1 from c.projects p where p.id = tasks.project_id));
create policy w on c.tasks for insert to case_user with check (exists (select 1 from c.projects p where p.id = tasks.project_id));
grant select, insert, update, delete on c.org_members, c.projects to case_user;
grant select, insert on c.tasks to case_user;
grant execute on all functions in schema c to case_user;
reset role;

-- @seed
insert into c.orgs values ('a0000000-0000-0000-0000-00000000000a','a'),('b0000000-0000-0000-0000-00000000000b','b');
insert into c.org_members values ('a0000000-0000-0000-0000-00000000000a','aaaaaaaa-0000-0000-0000-000000000001','owner'),('b0000000-0000-0000-0000-00000000000b','bbbbbbbb-0000-0000-0000-000000000002','owner');
insert into c.projects (id,org_id,name) values ('c1000000-0000-0000-0000-000000000001','a0000000-0000-0000-0000-00000000000a','pa'),('c2000000-0000-0000-0000-000000000002','b0000000-0000-0000-0000-00000000000b','pb');
insert into c.tasks (org_id,project_id,title) values ('a0000000-0000-0000-0000-00000000000a','c1000000-0000-0000-0000-000000000001','t'),('b0000000-0000-0000-0000-00000000000b','c1000000-0000-0000-0000-000000000001','u'),('b0000000-0000-0000-0000-00000000000b','c2000000-0000-0000-0000-000000000002','v');

-- check: c.projects SELECT as=A :: select count(*) > 0 from c.projects where org_id = 'b0000000-0000-0000-0000-00000000000b'
-- check: c.projects INSERT as=A :: insert into c.projects (org_id, name) values ('b0000000-0000-0000-0000-00000000000b','x') ;; owner> select count(*) > 1 from c.projects where org_id = 'b0000000-0000-0000-0000-00000000000b'
-- check: c.projects UPDATE as=A :: update c.projects set org_id = 'b0000000-0000-0000-0000-00000000000b' ;; owner> select count(*) > 1 from c.projects where org_id = 'b0000000-0000-0000-0000-00000000000b'
-- check: c.projects DELETE as=A :: delete from c.projects ;; owner> select count(*) < 1 from c.projects where org_id = 'b0000000-0000-0000-0000-00000000000b'
-- check: c.org_members INSERT as=A :: insert into c.org_members values ('b0000000-0000-0000-0000-00000000000b','aaaaaaaa-0000-0000-0000-000000000001') ;; owner> select true
-- check: c.org_members SELECT as=A :: select count(*) > 0 from c.org_members where org_id = 'b0000000-0000-0000-0000-00000000000b'
-- check: c.tasks SELECT as=A :: select count(*) > 0 from c.tasks where org_id = 'b0000000-0000-0000-0000-00000000000b'
-- check: c.tasks INSERT as=A :: insert into c.tasks (org_id, project_id, title) values ('b0000000-0000-0000-0000-00000000000b','c1000000-0000-0000-0000-000000000001','z') ;; owner> select count(*) > 2 from c.tasks where org_id = 'b0000000-0000-0000-0000-00000000000b'
