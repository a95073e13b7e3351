-- case: 144-view-composite-reference
-- threat: dml
-- tenant: k.visits.clinic_id
-- tenant: k.letters.clinic_id
-- tenant: k.mail.visit_clinic
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.mail command=SELECT verdict=isolated
-- why: the reference carries the clinic, so the visit is of the letter's clinic

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
create table k.visits (id uuid, clinic_id uuid not null, title text not null, primary key (id), unique (id, clinic_id));
create table k.letters (id int primary key, clinic_id uuid not null, visit_id uuid not null, foreign key (visit_id, clinic_id) references k.visits (id, clinic_id));
create view k.mail as select l.id, l.clinic_id, v.title, v.clinic_id as visit_clinic from k.letters l join k.visits v on v.id = l.visit_id where l.clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
grant select on k.mail to app_rw;
reset role;

-- @seed
insert into k.visits (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');
insert into k.letters values (1,'a1000000-0000-4000-8000-0000000000aa','00a10000-0000-4000-8000-000000000001'),(3,'b2000000-0000-4000-8000-0000000000bb','00b20000-0000-4000-8000-000000000002');

-- check: k.mail SELECT as=A :: select count(*) > 0 from k.mail where visit_clinic = 'b2000000-0000-4000-8000-0000000000bb'
