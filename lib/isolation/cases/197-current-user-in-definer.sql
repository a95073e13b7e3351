-- case: 197-current-user-in-definer
-- threat: dml
-- tenant: k.notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=clinic_x role=clinic_x settings={}
-- principal: name=B tenant=clinic_y role=clinic_y settings={}
-- expect: table=k.notes command=SELECT verdict=isolated
-- why: current_user inside a definer function is its owner, so the comparison never holds

do $$
declare each text;
begin
  foreach each in array array['tab_owner', 'clinic_x', 'clinic_y'] loop
    begin execute format('create role %I nologin', each); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema k authorization tab_owner;
grant usage on schema k to clinic_x;
grant usage on schema k to clinic_y;
set role tab_owner;
create table k.notes (
  id uuid primary key default gen_random_uuid(),
  clinic_id text not null,
  title text not null
);
alter table k.notes enable row level security;
create function k.who() returns text language sql stable security definer set search_path = k, pg_temp as $$ select current_user::text $$;
create policy p on k.notes for select using (clinic_id = k.who() and clinic_id like 'clinic%');
grant select on k.notes to clinic_x;
grant select on k.notes to clinic_y;
reset role;

-- @seed
insert into k.notes (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'clinic_x', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'clinic_x', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'clinic_y', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'clinic_y', 'B 2');

-- check: k.notes SELECT as=A :: select count(*) > 0 from k.notes where clinic_id::text is distinct from 'clinic_x' and clinic_id is not null
