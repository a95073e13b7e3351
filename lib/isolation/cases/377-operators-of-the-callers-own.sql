-- case: 377-operators-of-the-callers-own
-- threat: sql
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 login=f377_l3 role=f377_m3 settings={}
-- expect: table=c.t command=SELECT verdict=leaks
-- why: operators-of-the-callers-own

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role f377_m3 nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role f377_l3 nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to f377_m3, f377_l3;
set role keeper;
create table c.m (usr name, clinic int); create table c.t (id int primary key, clinic int not null); alter table c.t enable row level security; create function c.is_mine(k int) returns boolean language sql stable security definer as $$ select k = 1 $$; create policy own on c.t using (c.is_mine(clinic)); grant select on c.t to f377_m3; reset role; create schema f377_own; grant all on schema f377_own to f377_m3; grant usage on schema f377_own to keeper; grant f377_m3 to f377_l3;
reset role;

-- @seed
insert into c.t values (1, 1), (2, 2);

-- check: c.t SELECT as=A :: create function f377_own.eq(int, int) returns boolean language sql as 'select true' ;; create operator f377_own.= (function = f377_own.eq, leftarg = int, rightarg = int) ;; set search_path = f377_own, pg_catalog ;; select count(*) > 0 from c.t where clinic operator(pg_catalog.=) 2
