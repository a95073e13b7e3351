-- case: 170-child-without-policy
-- threat: dml
-- tenant: k.visits.clinic_id
-- tenant-via: k.lines.visit_id=k.visits.id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.visits command=SELECT verdict=isolated
-- expect: table=k.lines command=SELECT verdict=leaks
-- why: the child table was forgotten

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
create table k.visits (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null,
  title text not null
);
alter table k.visits enable row level security;
create table k.lines (id uuid primary key, visit_id uuid not null references k.visits, title text not null);
create policy v on k.visits using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
grant select on k.visits to app_rw;
grant select on k.lines to app_rw;
reset role;

-- @seed
insert into k.visits (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');
insert into k.lines values ('00a40000-0000-4000-8000-000000000001','00a10000-0000-4000-8000-000000000001','A'),('00b40000-0000-4000-8000-000000000001','00b20000-0000-4000-8000-000000000001','B');

-- check: k.visits SELECT as=A :: select count(*) > 0 from k.visits where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.lines SELECT as=A :: select count(*) > 0 from k.lines where title = 'B'
