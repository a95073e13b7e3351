-- case: 140-view-check-option
-- threat: dml
-- tenant: k.notes.clinic_id
-- tenant: k.my_notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.my_notes command=SELECT verdict=isolated
-- expect: table=k.my_notes command=INSERT verdict=isolated
-- expect: table=k.my_notes command=UPDATE verdict=leaks
-- expect: table=k.my_notes command=DELETE verdict=isolated
-- why: WITH CHECK OPTION holds what is written to what is shown

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
create view k.my_notes with (security_barrier = true, check_option = local) as select id, clinic_id, title from k.notes where clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
grant select, insert, update, delete on k.my_notes to app_rw;
reset role;

-- @seed
insert into k.notes (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');

-- check: k.my_notes SELECT as=A :: select count(*) > 0 from k.my_notes where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.my_notes INSERT as=A :: insert into k.my_notes (id, clinic_id, title) values ('00f90000-0000-4000-8000-000000000009', 'b2000000-0000-4000-8000-0000000000bb', 'intruder') ;; owner> select count(*) > 0 from k.notes where id = '00f90000-0000-4000-8000-000000000009' and clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.my_notes UPDATE as=A :: update k.my_notes set title = 'changed' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and title = 'changed'
-- check: k.my_notes UPDATE as=A :: update k.my_notes set clinic_id = 'b2000000-0000-4000-8000-0000000000bb' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and id = '00a10000-0000-4000-8000-000000000001'
-- check: k.my_notes UPDATE as=A :: update k.my_notes set clinic_id = 'a1000000-0000-4000-8000-0000000000aa' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'a1000000-0000-4000-8000-0000000000aa' and id = '00b20000-0000-4000-8000-000000000001'
-- check: k.my_notes DELETE as=A :: delete from k.my_notes ;; owner> select count(*) < 2 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.my_notes UPDATE as=A :: insert into k.my_notes values ('00b20000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'taken') on conflict (id) do update set clinic_id = excluded.clinic_id ;; owner> select count(*) > 0 from k.notes where clinic_id = 'a1000000-0000-4000-8000-0000000000aa' and id = '00b20000-0000-4000-8000-000000000001'
