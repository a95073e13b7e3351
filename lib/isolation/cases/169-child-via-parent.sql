-- case: 169-child-via-parent
-- threat: dml
-- tenant: k.visits.clinic_id
-- tenant-via: k.lines.visit_id=k.visits.id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.visits command=SELECT verdict=isolated
-- expect: table=k.visits command=INSERT verdict=isolated
-- expect: table=k.visits command=UPDATE verdict=isolated
-- expect: table=k.visits command=DELETE verdict=isolated
-- expect: table=k.lines command=SELECT verdict=isolated
-- expect: table=k.lines command=INSERT verdict=isolated
-- expect: table=k.lines command=UPDATE verdict=isolated
-- expect: table=k.lines command=DELETE verdict=isolated
-- why: the child has no clinic; its policy asks the visit

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
create table k.lines (id uuid primary key, visit_id uuid not null references k.visits on delete cascade, title text not null);
alter table k.lines enable row level security;
create policy v on k.visits using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
create policy l on k.lines using (exists (select 1 from k.visits v where v.id = lines.visit_id));
grant select, insert, update, delete on k.visits to app_rw;
grant select, insert, update, delete on k.lines to app_rw;
reset role;

-- @seed
insert into k.visits (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');
insert into k.lines values ('00a40000-0000-4000-8000-000000000001','00a10000-0000-4000-8000-000000000001','A'),('00b40000-0000-4000-8000-000000000001','00b20000-0000-4000-8000-000000000001','B');

-- check: k.visits SELECT as=A :: select count(*) > 0 from k.visits where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.visits INSERT as=A :: insert into k.visits (id, clinic_id, title) values ('00f90000-0000-4000-8000-000000000009', 'b2000000-0000-4000-8000-0000000000bb', 'intruder') ;; owner> select count(*) > 0 from k.visits where id = '00f90000-0000-4000-8000-000000000009' and clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.visits UPDATE as=A :: update k.visits set title = 'changed' ;; owner> select count(*) > 0 from k.visits where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and title = 'changed'
-- check: k.visits UPDATE as=A :: update k.visits set clinic_id = 'b2000000-0000-4000-8000-0000000000bb' ;; owner> select count(*) > 0 from k.visits where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and id = '00a10000-0000-4000-8000-000000000001'
-- check: k.visits UPDATE as=A :: update k.visits set clinic_id = 'a1000000-0000-4000-8000-0000000000aa' ;; owner> select count(*) > 0 from k.visits where clinic_id = 'a1000000-0000-4000-8000-0000000000aa' and id = '00b20000-0000-4000-8000-000000000001'
-- check: k.visits DELETE as=A :: delete from k.visits ;; owner> select count(*) < 2 from k.visits where clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.lines SELECT as=A :: select count(*) > 0 from k.lines where title = 'B'
-- check: k.lines INSERT as=A :: insert into k.lines values ('00f90000-0000-4000-8000-000000000009','00b20000-0000-4000-8000-000000000001','x') ;; owner> select count(*) > 0 from k.lines where id = '00f90000-0000-4000-8000-000000000009'
-- check: k.lines UPDATE as=A :: update k.lines set visit_id = '00b20000-0000-4000-8000-000000000001' ;; owner> select count(*) > 0 from k.lines where visit_id = '00b20000-0000-4000-8000-000000000001' and title = 'A'
-- check: k.lines DELETE as=A :: delete from k.lines ;; owner> select count(*) = 0 from k.lines where title = 'B'
