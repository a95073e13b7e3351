-- case: 611-joins-of-all-kinds
-- threat: dml
-- tenant: c.patients.clinic_id
-- tenant: c.letters.clinic_id
-- tenant: c.full_list.clinic_id
-- tenant: c.newest.clinic_id
-- tenant: c.newest_open.clinic_id
-- tenant: c.side.clinic_id
-- tenant: c.paired.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=app_user settings={"app.clinic_id":"a0000000-0000-4000-8000-00000000000a"}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=app_user settings={"app.clinic_id":"b0000000-0000-4000-8000-00000000000b"}
-- expect: table=c.full_list command=SELECT verdict=isolated
-- expect: table=c.newest command=SELECT verdict=isolated
-- expect: table=c.newest_open command=SELECT verdict=leaks
-- expect: table=c.side command=SELECT verdict=leaks
-- expect: table=c.paired command=SELECT verdict=isolated
-- why: what a DISTINCT ON or a lateral count looks at before the condition are rows of any clinic

do $$
declare r text;
begin
  foreach r in array array['rls_owner', 'app_user'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema c authorization rls_owner;
grant usage on schema c to app_user;
set role rls_owner;
create table c.patients (id int primary key, clinic_id uuid not null, name text not null);
create table c.letters (id int primary key, clinic_id uuid not null, patient_id int references c.patients, sent date not null, body text);
create view c.full_list as select coalesce(p.clinic_id, l.clinic_id) as clinic_id, p.name, l.body
  from c.patients p full join c.letters l on l.patient_id = p.id and l.clinic_id = p.clinic_id
  where p.clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid or l.clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
create view c.newest as select distinct on (l.patient_id) l.clinic_id, l.patient_id, l.body from c.letters l
  where l.clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid order by l.patient_id, l.sent desc;
create view c.newest_open as select clinic_id, patient_id, body from (
  select distinct on (patient_id) * from c.letters order by patient_id, sent desc) x where clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
create view c.side as select p.clinic_id, p.name, x.n from c.patients p
  cross join lateral (select count(*) as n from c.letters l where l.patient_id = p.id) x where p.clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
create view c.paired as select p.clinic_id, p.name, l.body from c.patients p join c.letters l using (clinic_id) where clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
grant select on c.full_list, c.newest, c.newest_open, c.side, c.paired to app_user;
reset role;

-- @seed
insert into c.patients values (1,'a0000000-0000-4000-8000-00000000000a','Alma'),(2,'b0000000-0000-4000-8000-00000000000b','Bea');
insert into c.letters values (1,'a0000000-0000-4000-8000-00000000000a',1,'2026-01-01','a'),(2,'b0000000-0000-4000-8000-00000000000b',2,'2026-01-02','b'),(3,'b0000000-0000-4000-8000-00000000000b',1,'2026-01-03','secret');

-- check: c.full_list SELECT as=A :: select exists (select from c.full_list where clinic_id <> 'a0000000-0000-4000-8000-00000000000a' or body = 'secret')
-- check: c.newest SELECT as=A :: select exists (select from c.newest where clinic_id <> 'a0000000-0000-4000-8000-00000000000a')
-- check: c.newest_open SELECT as=A :: select not exists (select from c.newest_open)
-- check: c.side SELECT as=A :: select n > 1 from c.side
-- check: c.paired SELECT as=A :: select exists (select from c.paired where clinic_id <> 'a0000000-0000-4000-8000-00000000000a' or body in ('b', 'secret'))
