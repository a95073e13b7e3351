-- case: 194-upsert
-- threat: dml
-- tenant: k.files.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.files command=INSERT verdict=isolated
-- expect: table=k.files command=UPDATE verdict=isolated
-- expect: table=k.files command=SELECT verdict=leaks
-- why: ON CONFLICT cannot take over a row that UPDATE would not give

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
  title text not null
);
alter table k.files enable row level security;
create policy s on k.files for select using (true);
create policy i on k.files for insert with check (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
create policy u on k.files for update using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
grant insert, update on k.files to app_rw;
grant select (id) on k.files to app_rw;
reset role;

-- @seed
insert into k.files (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');

-- check: k.files INSERT as=A :: insert into k.files (id, clinic_id, title) values ('00f90000-0000-4000-8000-000000000009', 'b2000000-0000-4000-8000-0000000000bb', 'intruder') ;; owner> select count(*) > 0 from k.files where id = '00f90000-0000-4000-8000-000000000009' and clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.files UPDATE as=A :: update k.files set title = 'changed' ;; owner> select count(*) > 0 from k.files where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and title = 'changed'
-- check: k.files UPDATE as=A :: update k.files set clinic_id = 'b2000000-0000-4000-8000-0000000000bb' ;; owner> select count(*) > 0 from k.files where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and id = '00a10000-0000-4000-8000-000000000001'
-- check: k.files UPDATE as=A :: update k.files set clinic_id = 'a1000000-0000-4000-8000-0000000000aa' ;; owner> select count(*) > 0 from k.files where clinic_id = 'a1000000-0000-4000-8000-0000000000aa' and id = '00b20000-0000-4000-8000-000000000001'
-- check: k.files SELECT as=A :: select count(*) > 2 from (select id from k.files) f
-- check: k.files UPDATE as=A :: insert into k.files values ('00b20000-0000-4000-8000-000000000001','a1000000-0000-4000-8000-0000000000aa','changed') on conflict (id) do update set clinic_id = 'a1000000-0000-4000-8000-0000000000aa' ;; owner> select count(*) > 2 from k.files where clinic_id = 'a1000000-0000-4000-8000-0000000000aa'
