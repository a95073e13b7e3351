-- case: 352-names-that-come-first
-- threat: dml
-- null-tenant: foreign
-- tenant: c.operator_of_ones_own.clinic
-- tenant: c.function_of_ones_own.clinic
-- tenant: c.neither.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.operator_of_ones_own command=SELECT verdict=leaks
-- expect: table=c.function_of_ones_own command=SELECT verdict=leaks
-- expect: table=c.neither command=SELECT verdict=isolated
-- why: names-that-come-first

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.never(a int, b int) returns boolean language sql immutable as $$ select false $$;
create operator c.= (function = c.never, leftarg = int, rightarg = int);
create function c.current_setting(t text) returns text language sql stable as $$ select '2'::text $$;
create function c.by_its_own(i int) returns boolean language sql stable set search_path = c as $$ select i = 2 $$;
create function c.by_ours(i int) returns boolean language sql stable set search_path = c, pg_catalog as $$ select i::text = current_setting('app.clinic') $$;
create function c.by_theirs(i int) returns boolean language sql stable set search_path = '' as $$ select i = pg_catalog.current_setting('app.clinic')::int $$;
create table c.operator_of_ones_own (id int primary key, clinic int not null);
alter table c.operator_of_ones_own enable row level security;
create policy own on c.operator_of_ones_own using (c.by_its_own(clinic));
grant select on c.operator_of_ones_own to desk;
create table c.function_of_ones_own (id int primary key, clinic int not null);
alter table c.function_of_ones_own enable row level security;
create policy own on c.function_of_ones_own using (c.by_ours(clinic));
grant select on c.function_of_ones_own to desk;
create table c.neither (id int primary key, clinic int not null);
alter table c.neither enable row level security;
create policy own on c.neither using (c.by_theirs(clinic));
grant select on c.neither to desk;
reset role;

-- @seed
insert into c.operator_of_ones_own values (1, 1), (2, 2);
insert into c.function_of_ones_own values (1, 1), (2, 2);
insert into c.neither values (1, 1), (2, 2);

-- check: c.operator_of_ones_own SELECT as=A :: select count(*) > 0 from c.operator_of_ones_own where clinic = 2
-- check: c.function_of_ones_own SELECT as=A :: select count(*) > 0 from c.function_of_ones_own where clinic = 2
-- check: c.neither SELECT as=A :: select count(*) > 0 from c.neither where clinic = 2
