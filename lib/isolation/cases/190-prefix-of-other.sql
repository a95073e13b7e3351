-- case: 190-prefix-of-other
-- threat: dml
-- tenant: k.files.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=c1 role=app_rw settings={"app.clinic_id":"c1"}
-- principal: name=B tenant=c10 role=app_rw settings={"app.clinic_id":"c10"}
-- expect: table=k.files command=SELECT verdict=leaks
-- why: clinic codes may begin with one another

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
  clinic_id text not null,
  title text not null
);
alter table k.files enable row level security;
create policy p on k.files for select using (clinic_id like current_setting('app.clinic_id', true) || '%');
grant select on k.files to app_rw;
reset role;

-- @seed
insert into k.files (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'c1', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'c1', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'c10', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'c10', 'B 2');

-- check: k.files SELECT as=A :: select count(*) > 0 from k.files where clinic_id::text is distinct from 'c1' and clinic_id is not null
