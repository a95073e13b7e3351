-- case: 251-list-of-clinics
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1,3 role=desk settings={"app.clinics":"1,3"}
-- principal: name=B tenant=2 role=desk settings={"app.clinics":"2"}
-- principal: name=N tenant=none role=desk settings={"app.clinics":""}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=DELETE verdict=isolated
-- why: a session of several clinics

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = any (string_to_array(current_setting('app.clinics', true), ',')::int[]));
grant select, delete on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits DELETE as=A :: delete from c.visits ;; owner> select (select count(*) from c.visits where clinic = 2) < 2
-- check: c.visits SELECT as=N :: select count(*) > 0 from c.visits
