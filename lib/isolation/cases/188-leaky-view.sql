-- case: 188-leaky-view
-- threat: dml
-- tenant: k.notes.clinic_id
-- tenant: k.my_notes.clinic_id
-- tenant: k.safe_notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.my_notes command=SELECT verdict=isolated
-- expect: table=k.my_notes command=SELECT verdict=leaks channel=covert
-- expect: table=k.safe_notes command=SELECT verdict=isolated
-- expect: table=k.safe_notes command=SELECT verdict=isolated channel=covert
-- why: an owner view without security_barrier: a condition of the caller may see a row before the filter does

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
create view k.my_notes as select id, clinic_id, title from k.notes where clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
create view k.safe_notes with (security_barrier = true) as select id, clinic_id, title from k.notes where clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
grant select on k.my_notes to app_rw;
grant select on k.safe_notes to app_rw;
reset role;

-- @seed
insert into k.notes (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');

-- check: k.my_notes SELECT as=A :: select count(*) > 0 from k.my_notes where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.safe_notes SELECT as=A :: select count(*) > 0 from k.safe_notes where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.my_notes SELECT channel=covert as=A :: err[B 1]> select * from k.my_notes where id = '00b20000-0000-4000-8000-000000000001' and title::int = 1
-- check: k.safe_notes SELECT channel=covert as=A :: err[B 1]> select * from k.safe_notes where id = '00b20000-0000-4000-8000-000000000001' and title::int = 1
