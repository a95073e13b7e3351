-- case: 195-definer-without-path
-- threat: sql
-- tenant: k.notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={}
-- expect: table=k.notes command=SELECT verdict=leaks
-- why: a SECURITY DEFINER helper without search_path is shadowed by a temporary table of the caller

do $$
declare each text;
begin
  foreach each in array array['tab_owner', 'app_rw'] loop
    begin execute format('create role %I nologin', each); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema k authorization tab_owner;
grant usage on schema k to app_rw;
set role tab_owner;
create table k.notes (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null,
  title text not null
);
alter table k.notes enable row level security;
create table k.members (user_id uuid, clinic_id uuid, primary key (user_id, clinic_id));
create function k.mine() returns setof uuid language sql stable security definer set search_path = k as $$ select clinic_id from members where user_id = '11110000-0000-4000-8000-000000000001'::uuid $$;
create policy p on k.notes for select using (clinic_id in (select k.mine()));
grant select on k.notes to app_rw;
reset role;

-- @seed
insert into k.notes (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');
insert into k.members values ('11110000-0000-4000-8000-000000000001','a1000000-0000-4000-8000-0000000000aa');

-- check: k.notes SELECT as=A :: select count(*) > 0 from k.notes where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.notes SELECT as=A :: create temp table members (user_id uuid, clinic_id uuid) ;; insert into members values ('11110000-0000-4000-8000-000000000001','b2000000-0000-4000-8000-0000000000bb') ;; grant select on members to public ;; select count(*) > 0 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
