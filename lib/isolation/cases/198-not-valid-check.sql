-- case: 198-not-valid-check
-- threat: dml
-- tenant: k.files.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.files command=SELECT verdict=leaks
-- why: a NOT VALID check holds new rows only

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
  path text not null
);
alter table k.files enable row level security;
create policy p on k.files for select using (path = current_setting('app.clinic_id', true));
grant select on k.files to app_rw;
reset role;

-- @seed
insert into k.files (id, clinic_id, title, path) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1', 'a1000000-0000-4000-8000-0000000000aa'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2', 'a1000000-0000-4000-8000-0000000000aa'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1', 'a1000000-0000-4000-8000-0000000000aa'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2', 'a1000000-0000-4000-8000-0000000000aa');
alter table k.files add check (path = clinic_id::text) not valid;

-- check: k.files SELECT as=A :: select count(*) > 0 from k.files where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
