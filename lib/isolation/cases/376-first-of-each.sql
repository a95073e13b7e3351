-- case: 376-first-of-each
-- threat: dml
-- null-tenant: foreign
-- tenant: c.v.clinic
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.v command=SELECT verdict=leaks
-- why: first-of-each

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null, city text);  create view c.v as select * from (select distinct on (city) * from c.t order by city, id) x where clinic = current_setting('app.clinic')::int; grant select on c.v to desk;
reset role;

-- @seed
insert into c.t values (1, 2, 'x'), (2, 1, 'x');

-- check: c.v SELECT as=A :: select count(*) = 0 from c.v
