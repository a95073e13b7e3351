-- case: 405-aggregate-of-ones-own
-- threat: dml
-- null-tenant: foreign
-- tenant: c.v.clinic
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.v command=SELECT verdict=leaks
-- why: the functions of an aggregate read what they like, though no statement names them

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null, city text);
create function c.step(bigint, int) returns bigint language sql stable security definer as $$ select count(*) from c.t $$;
create aggregate c.total(int) (sfunc = c.step, stype = bigint, initcond = '0');
create view c.v as select clinic, c.total(id) as n from c.t where clinic = current_setting('app.clinic')::int group by clinic;
grant select on c.v to desk;
reset role;

-- @seed
insert into c.t values (1,1,'x'),(2,2,'x');

-- check: c.v SELECT as=A :: select count(*) > 0 from c.v where n = 2
