-- case: 212-matview-granted
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.recent.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.recent command=SELECT verdict=leaks
-- why: a materialized view keeps all rows and has no policies

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create materialized view c.recent as select id, clinic, note from c.visits;
grant select on c.visits, c.recent to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');
refresh materialized view c.recent;

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.recent SELECT as=A :: select count(*) > 0 from c.recent where clinic = 2
