-- case: 410-argument-that-is-left-out
-- threat: dml
-- null-tenant: foreign
-- tenant: c.f(integer)
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.f(integer) command=SELECT verdict=leaks
-- why: what an argument is where it is left out is read as well

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null);
create function c.all_of() returns int language sql stable security definer as $$ select count(*)::int from c.t $$;
create function c.f(n int default c.all_of()) returns int language sql stable as 'select n';
reset role;

-- @seed
insert into c.t values (1, 1), (2, 2);

-- check: c.f(integer) SELECT as=A :: select c.f() = 2
