-- case: 404-function-called-like-a-column
-- threat: dml
-- null-tenant: foreign
-- tenant: c.f()
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.f() command=SELECT verdict=leaks
-- why: row.f that is no column calls f(row)

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null, city text);
create function c.others(c.t) returns bigint language sql stable security definer as $$ select count(*) from c.t where clinic <> $1.clinic $$;
create function c.f() returns table(clinic int, n bigint) language sql stable security definer set search_path = c, pg_temp as $$ select t.clinic, t.others from c.t t where t.clinic = current_setting('app.clinic')::int $$;
reset role;

-- @seed
insert into c.t values (1,1,'x'),(2,2,'x');

-- check: c.f() SELECT as=A :: select count(*) > 0 from c.f() where n = 1
