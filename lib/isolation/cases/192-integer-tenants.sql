-- case: 192-integer-tenants
-- threat: dml
-- tenant: k.files.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=1 role=app_rw settings={"app.clinic_id":"1"}
-- principal: name=B tenant=2 role=app_rw settings={"app.clinic_id":"2"}
-- expect: table=k.files command=SELECT verdict=isolated
-- expect: table=k.files command=INSERT verdict=isolated
-- expect: table=k.files command=UPDATE verdict=isolated
-- expect: table=k.files command=DELETE verdict=isolated
-- why: tenants are numbers, compared after a cast

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
  clinic_id int not null,
  title text not null
);
alter table k.files enable row level security;
create policy p on k.files using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::int);
grant select, insert, update, delete on k.files to app_rw;
reset role;

-- @seed
insert into k.files (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', '1', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', '1', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', '2', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', '2', 'B 2');

-- check: k.files SELECT as=A :: select count(*) > 0 from k.files where clinic_id::text is distinct from '1' and clinic_id is not null
-- check: k.files INSERT as=A :: insert into k.files (id, clinic_id, title) values ('00f90000-0000-4000-8000-000000000009', '2', 'intruder') ;; owner> select count(*) > 0 from k.files where id = '00f90000-0000-4000-8000-000000000009' and clinic_id = '2'
-- check: k.files UPDATE as=A :: update k.files set title = 'changed' ;; owner> select count(*) > 0 from k.files where clinic_id = '2' and title = 'changed'
-- check: k.files UPDATE as=A :: update k.files set clinic_id = '2' ;; owner> select count(*) > 0 from k.files where clinic_id = '2' and id = '00a10000-0000-4000-8000-000000000001'
-- check: k.files UPDATE as=A :: update k.files set clinic_id = '1' ;; owner> select count(*) > 0 from k.files where clinic_id = '1' and id = '00b20000-0000-4000-8000-000000000001'
-- check: k.files DELETE as=A :: delete from k.files ;; owner> select count(*) < 2 from k.files where clinic_id = '2'
