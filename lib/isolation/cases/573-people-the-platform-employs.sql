-- case: 573-people-the-platform-employs
-- threat: dml
-- null-tenant: foreign
-- tenant: app.notes.clinic_id
-- principal: name=A tenant=1 role=authenticated settings={} claims={"role": "authenticated", "sub": "aaaaaaaa-0000-4000-8000-000000000001"}
-- principal: name=B tenant=2 role=authenticated settings={} claims={"role": "authenticated", "sub": "bbbbbbbb-0000-4000-8000-000000000002"}
-- expect: table=app.notes command=SELECT verdict=leaks
-- why: of a made-up user a table that says who may see all holds no row, and proves nothing by it

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role authenticated nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role authenticated nologin; exception when duplicate_object then null; end $$; do $$ begin create role anon nologin; exception when duplicate_object then null; end $$;create schema if not exists auth; grant usage on schema auth to keeper; grant usage on schema auth to authenticated, anon; create or replace function auth.uid() returns uuid language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$; create or replace function auth.jwt() returns jsonb language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
create schema app authorization keeper;
grant usage on schema app to authenticated;
set role keeper;
create table app.members (user_id uuid, clinic_id int, role text); grant select on app.members to authenticated;
create table app.profiles (id uuid primary key, is_admin boolean not null); grant select on app.profiles to authenticated;
create table app.clinics (id int primary key, name text, slug text, grp int);
create table app.notes (id int primary key, clinic_id int not null references app.clinics, body text); alter table app.notes enable row level security; create policy p on app.notes for select using (exists (select 1 from app.members m where m.user_id = auth.uid() and m.clinic_id = notes.clinic_id) or exists (select 1 from app.profiles p where p.id = auth.uid() and p.is_admin)); grant select on app.notes to authenticated;

reset role;

-- @seed
insert into app.clinics values (1,'a','red',7),(2,'b','blue',7);insert into app.notes values (1,1,'x'),(2,2,'y');insert into app.members values ('aaaaaaaa-0000-4000-8000-000000000001',1,'owner'),('bbbbbbbb-0000-4000-8000-000000000002',2,'staff');insert into app.profiles values ('aaaaaaaa-0000-4000-8000-000000000001', true);

-- check: app.notes SELECT as=A :: select count(*) > 0 from app.notes where clinic_id = 2
