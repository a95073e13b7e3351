-- case: 171-cascade-across
-- threat: dml
-- tenant: k.copies.clinic_id
-- tenant: k.templates.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.templates command=SELECT verdict=isolated
-- expect: table=k.templates command=DELETE verdict=isolated
-- expect: table=k.copies command=SELECT verdict=isolated
-- expect: table=k.copies command=DELETE verdict=leaks
-- why: a template of the own clinic takes along copies in other clinics

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
create table k.templates (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null,
  title text not null
);
alter table k.templates enable row level security;
create table k.copies (id uuid primary key, clinic_id uuid not null, title text not null, template_id uuid references k.templates on delete cascade);
alter table k.copies enable row level security;
create policy t on k.templates using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
create policy c on k.copies for select using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
grant select, delete on k.templates to app_rw;
grant select on k.copies to app_rw;
reset role;

-- @seed
insert into k.templates (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');
insert into k.copies values ('00b50000-0000-4000-8000-000000000001','b2000000-0000-4000-8000-0000000000bb','copy','00a10000-0000-4000-8000-000000000001');

-- check: k.templates SELECT as=A :: select count(*) > 0 from k.templates where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.templates DELETE as=A :: delete from k.templates ;; owner> select count(*) < 2 from k.templates where clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.copies SELECT as=A :: select count(*) > 0 from k.copies where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.copies DELETE as=A :: delete from k.templates ;; owner> select count(*) = 0 from k.copies
