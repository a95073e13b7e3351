-- case: 186-unique-within
-- threat: dml
-- tenant: k.notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.notes command=SELECT verdict=isolated
-- expect: table=k.notes command=INSERT verdict=isolated
-- expect: table=k.notes command=INSERT verdict=isolated channel=covert
-- why: unique within the clinic tells nothing

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
  title text not null,
  code text not null,
  unique (clinic_id, code)
);
alter table k.notes enable row level security;
create policy p on k.notes using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
grant select, insert on k.notes to app_rw;
reset role;

-- @seed
insert into k.notes (id, clinic_id, title, code) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1', 'A0'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2', 'A1'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1', 'B0'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2', 'B1');

-- check: k.notes SELECT as=A :: select count(*) > 0 from k.notes where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.notes INSERT as=A :: insert into k.notes (id, clinic_id, title, code) values ('00f90000-0000-4000-8000-000000000009', 'b2000000-0000-4000-8000-0000000000bb', 'intruder', 'zz') ;; owner> select count(*) > 0 from k.notes where id = '00f90000-0000-4000-8000-000000000009' and clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.notes INSERT channel=covert as=A :: differs> insert into k.notes (clinic_id, title, code) values ('a1000000-0000-4000-8000-0000000000aa','x','B0') ||| insert into k.notes (clinic_id, title, code) values ('a1000000-0000-4000-8000-0000000000aa','x','free')
