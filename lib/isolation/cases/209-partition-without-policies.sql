-- case: 209-partition-without-policies
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.visits_1.clinic
-- tenant: c.visits_2.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits_1 command=SELECT verdict=leaks
-- expect: table=c.visits_2 command=SELECT verdict=leaks
-- expect: table=c.visits_2 command=DELETE verdict=leaks
-- why: policies of the parent do not hold for a partition that is named itself

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int, clinic int not null, note text, primary key (id, clinic)) partition by list (clinic);
create table c.visits_1 partition of c.visits for values in (1);
create table c.visits_2 partition of c.visits for values in (2);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
grant select on c.visits, c.visits_1, c.visits_2 to desk;
grant delete on c.visits_2 to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits_1 SELECT as=B :: select count(*) > 0 from c.visits_1
-- check: c.visits_2 SELECT as=A :: select count(*) > 0 from c.visits_2 where clinic = 2
-- check: c.visits_2 DELETE as=A :: delete from c.visits_2 ;; owner> select count(*) = 0 from c.visits where clinic = 2
