-- case: 483-supabase-orgs-members-notes
-- threat: dml
-- null-tenant: foreign
-- tenant: c.note_files.org_id
-- tenant: c.org_members.org_id
-- tenant: c.notes.org_id
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=authenticated settings={} claims={"sub":"a1000000-0000-4000-8000-0000000000a1","role":"authenticated"}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=authenticated settings={} claims={"sub":"b1000000-0000-4000-8000-0000000000b1","role":"authenticated"}
-- membership: c.org_members user=user_id tenant=org_id session="auth.uid()"
-- expect: table=c.notes command=SELECT verdict=isolated
-- expect: table=c.notes command=INSERT verdict=isolated
-- expect: table=c.notes command=UPDATE verdict=isolated
-- expect: table=c.notes command=DELETE verdict=isolated
-- expect: table=c.org_members command=SELECT verdict=isolated
-- expect: table=c.org_members command=INSERT verdict=leaks
-- expect: table=c.org_members command=DELETE verdict=isolated
-- expect: table=c.note_files command=SELECT verdict=isolated
-- expect: table=c.note_files command=INSERT verdict=leaks
-- expect: table=c.note_files command=UPDATE verdict=isolated
-- expect: table=c.note_files command=DELETE verdict=leaks

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role authenticated nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
create schema auth authorization keeper;
grant usage on schema c, auth to authenticated;
set role keeper;
create function auth.uid() returns uuid language sql stable as $$
  select nullif(coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')), '')::uuid
$$;
create table c.orgs (id uuid primary key default gen_random_uuid(), name text not null);
create table c.org_members (org_id uuid not null references c.orgs on delete cascade, user_id uuid not null, role text not null default 'member' check (role in ('owner','admin','member')), invited_by uuid, primary key (org_id, user_id));
create function c.my_orgs() returns setof uuid language sql stable security definer set search_path = '' as $$
  select org_id from c.org_members where user_id = auth.uid()
$$;
create table c.notes (id uuid primary key default gen_random_uuid(), org_id uuid not null references c.orgs, author uuid not null default auth.uid(), body text);
create table c.note_files (id uuid primary key default gen_random_uuid(), org_id uuid not null, note_id uuid not null references c.notes on delete cascade, path text);
alter table c.orgs enable row level security;
alter table c.org_members enable row level security;
alter table c.notes enable row level security;
alter table c.note_files enable row level security;
create policy "members can see their org" on c.orgs for select to authenticated using (id in (select c.my_orgs()));
create policy "members see members" on c.org_members for select to authenticated using (org_id in (select c.my_orgs()));
-- anybody who is signed in may add a person, as long as it is not oneself
create policy "members invite" on c.org_members for insert to authenticated with check (user_id <> (select auth.uid()) and role = 'member');
create policy "leave" on c.org_members for delete to authenticated using (user_id = (select auth.uid()) and org_id in (select c.my_orgs()));
create policy "team notes" on c.notes for all to authenticated using (org_id in (select c.my_orgs())) with check (org_id in (select c.my_orgs()) and author = (select auth.uid()));
create policy "read files" on c.note_files for select to authenticated using (org_id in (select c.my_orgs()));
create policy "add files" on c.note_files for insert to authenticated with check (exists (select 1 from c.notes n where n.id = note_id));
create policy "change files" on c.note_files for update to authenticated using (org_id in (select c.my_orgs()));
create policy "drop files" on c.note_files for delete to authenticated using (org_id in (select c.my_orgs()) and exists (select 1 from c.notes n where n.id = note_id and n.author = (select auth.uid())));
grant select on c.orgs to authenticated;
grant select, insert, delete on c.org_members to authenticated;
grant select, insert, update, delete on c.notes, c.note_files to authenticated;
reset role;

-- @seed
insert into c.orgs values ('a0000000-0000-4000-8000-00000000000a','Atelier'), ('b0000000-0000-4000-8000-00000000000b','Bureau');
insert into c.org_members values ('a0000000-0000-4000-8000-00000000000a','a1000000-0000-4000-8000-0000000000a1','owner'), ('b0000000-0000-4000-8000-00000000000b','b1000000-0000-4000-8000-0000000000b1','owner');
insert into c.notes values ('00000001-0000-4000-8000-000000000000','a0000000-0000-4000-8000-00000000000a','a1000000-0000-4000-8000-0000000000a1','one'), ('00000002-0000-4000-8000-000000000000','b0000000-0000-4000-8000-00000000000b','b1000000-0000-4000-8000-0000000000b1','two');
insert into c.note_files values ('00000011-0000-4000-8000-000000000000','a0000000-0000-4000-8000-00000000000a','00000001-0000-4000-8000-000000000000','a.png'), ('00000012-0000-4000-8000-000000000000','b0000000-0000-4000-8000-00000000000b','00000002-0000-4000-8000-000000000000','b.png');

-- check: c.note_files DELETE as=A :: insert into c.note_files(org_id, note_id, path) select 'b0000000-0000-4000-8000-00000000000b', id, 'x' from c.notes limit 1 ;; delete from c.notes ;; owner> select count(*) = 0 from c.note_files where path = 'x'
-- check: c.notes INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; insert into c.notes(org_id, author, body) values ('b0000000-0000-4000-8000-00000000000b','a1000000-0000-4000-8000-0000000000a1','x') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.org_members INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.org_members rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; insert into c.org_members(org_id, user_id) values ('b0000000-0000-4000-8000-00000000000b','c1000000-0000-4000-8000-0000000000c1') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.org_members rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.note_files INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.note_files rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; insert into c.note_files(org_id, note_id, path) select 'b0000000-0000-4000-8000-00000000000b', id, 'x' from c.notes limit 1 ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.note_files rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.notes SELECT as=A :: select count(*) > 0 from c.notes rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)
-- check: c.notes SELECT as=B :: select count(*) > 0 from c.notes rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)
-- check: c.notes UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; update c.notes set org_id = 'b0000000-0000-4000-8000-00000000000b' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.notes UPDATE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') as h ;; update c.notes set org_id = 'a0000000-0000-4000-8000-00000000000a' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') from z
-- check: c.notes DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; delete from c.notes ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.notes DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') as h ;; delete from c.notes ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') from z
-- check: c.org_members SELECT as=A :: select count(*) > 0 from c.org_members rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)
-- check: c.org_members SELECT as=B :: select count(*) > 0 from c.org_members rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)
-- check: c.org_members DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.org_members rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; delete from c.org_members ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.org_members rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.org_members DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.org_members rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') as h ;; delete from c.org_members ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.org_members rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') from z
-- check: c.note_files SELECT as=A :: select count(*) > 0 from c.note_files rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)
-- check: c.note_files SELECT as=B :: select count(*) > 0 from c.note_files rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)
-- check: c.note_files UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.note_files rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; update c.note_files set org_id = 'b0000000-0000-4000-8000-00000000000b' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.note_files rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.note_files UPDATE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.note_files rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') as h ;; update c.note_files set org_id = 'a0000000-0000-4000-8000-00000000000a' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.note_files rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') from z
-- check: c.note_files DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.note_files rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; delete from c.note_files ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.note_files rw where coalesce(rw.org_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.note_files DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.note_files rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') as h ;; delete from c.note_files ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.note_files rw where coalesce(rw.org_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') from z
