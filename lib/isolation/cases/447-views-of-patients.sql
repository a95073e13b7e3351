-- case: 447-views-of-patients
-- threat: dml
-- null-tenant: foreign
-- tenant: c.patients.clinic_id
-- tenant: c.v_mine.clinic_id
-- tenant: c.v_named.clinic_id
-- tenant: c.v_counts.clinic_id
-- tenant: c.v_checked.clinic_id
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2","app.user":"22"}
-- expect: table=c.patients command=SELECT verdict=isolated
-- expect: table=c.v_mine command=SELECT verdict=isolated
-- expect: table=c.v_mine command=INSERT verdict=leaks
-- expect: table=c.v_mine command=UPDATE verdict=leaks
-- expect: table=c.v_named command=SELECT verdict=leaks
-- expect: table=c.v_counts command=SELECT verdict=leaks
-- expect: table=c.v_checked command=INSERT verdict=isolated
-- expect: table=c.v_checked command=UPDATE verdict=leaks
-- why: a view with the rights of its owner keeps what its WHERE keeps, and writes what it does not check

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.clinic() returns int language sql stable as $$ select nullif(current_setting('app.clinic', true), '')::int $$;
create function c.me() returns int language sql stable as $$ select nullif(current_setting('app.user', true), '')::int $$;
create table c.patients (id int primary key, clinic_id int not null, name text not null, archived boolean not null default false);
create table c.visits (id int primary key, patient_id int not null references c.patients, note text);
alter table c.patients enable row level security; alter table c.visits enable row level security;
create policy own on c.patients using (clinic_id = c.clinic()) with check (clinic_id = c.clinic());
create view c.v_mine with (security_barrier) as select * from c.patients where clinic_id = c.clinic();
create view c.v_named with (security_barrier) as select p.id, p.clinic_id, p.name, (select count(*) from c.visits v where v.patient_id = p.id) as visits from c.patients p where p.clinic_id = c.clinic() or p.archived;
create view c.v_counts with (security_barrier) as select p.clinic_id, count(*) as n, (select count(*) from c.patients) as of_all from c.patients p where p.clinic_id = c.clinic() group by 1;
create view c.v_checked with (security_barrier) as select * from c.patients where clinic_id = c.clinic() with cascaded check option;
grant select, insert, update on c.v_mine, c.v_checked to desk; grant select on c.patients, c.v_named, c.v_counts to desk;
reset role;

-- @seed
insert into c.patients values (1, 1, 'ada', false), (2, 2, 'bob', false), (3, 2, 'ben', true);
insert into c.visits values (1, 1), (2, 2), (3, 3);

-- check: c.patients SELECT as=A :: select count(*) > 0 from c.patients where clinic_id = 2
-- check: c.v_mine SELECT as=A :: select count(*) > 0 from c.v_mine where clinic_id = 2
-- check: c.v_mine INSERT as=A :: insert into c.v_mine values (9, 2, 'x') ;; select true
-- check: c.v_mine UPDATE as=A :: update c.v_mine set clinic_id = 2 ;; owner> select count(*) > 2 from c.patients where clinic_id = 2
-- check: c.v_named SELECT as=A :: select count(*) > 0 from c.v_named where clinic_id = 2
-- check: c.v_counts SELECT as=A :: select of_all > n from c.v_counts
-- check: c.v_checked INSERT as=A :: insert into c.v_checked values (9, 2, 'x') ;; select true
-- check: c.v_checked UPDATE as=A :: update c.v_checked set clinic_id = 2 ;; select true
-- check: c.v_checked UPDATE as=A :: insert into c.v_checked values (2, 1, 'x') on conflict (id) do update set clinic_id = 1 ;; owner> select count(*) = 1 from c.patients where clinic_id = 2
