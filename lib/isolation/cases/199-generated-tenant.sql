-- case: 199-generated-tenant
-- threat: dml
-- tenant: k.files.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.files command=SELECT verdict=isolated
-- expect: table=k.files command=INSERT verdict=isolated
-- expect: table=k.files command=UPDATE verdict=isolated
-- expect: table=k.files command=DELETE verdict=isolated
-- why: the policy reads a generated column that is the clinic

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
create table k.files (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null,
  title text not null,
  owner_key text generated always as ('clinic:' || clinic_id::text) stored
);
alter table k.files enable row level security;
create policy p on k.files using (owner_key = 'clinic:' || current_setting('app.clinic_id', true));
grant select, insert, update, delete on k.files to app_rw;
reset role;

-- @seed
insert into k.files (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');

-- check: k.files SELECT as=A :: select count(*) > 0 from k.files where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.files INSERT as=A :: insert into k.files (id, clinic_id, title) values ('00f90000-0000-4000-8000-000000000009', 'b2000000-0000-4000-8000-0000000000bb', 'intruder') ;; owner> select count(*) > 0 from k.files where id = '00f90000-0000-4000-8000-000000000009' and clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.files UPDATE as=A :: update k.files set title = 'changed' ;; owner> select count(*) > 0 from k.files where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and title = 'changed'
-- check: k.files UPDATE as=A :: update k.files set clinic_id = 'b2000000-0000-4000-8000-0000000000bb' ;; owner> select count(*) > 0 from k.files where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and id = '00a10000-0000-4000-8000-000000000001'
-- check: k.files UPDATE as=A :: update k.files set clinic_id = 'a1000000-0000-4000-8000-0000000000aa' ;; owner> select count(*) > 0 from k.files where clinic_id = 'a1000000-0000-4000-8000-0000000000aa' and id = '00b20000-0000-4000-8000-000000000001'
-- check: k.files DELETE as=A :: delete from k.files ;; owner> select count(*) < 2 from k.files where clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
