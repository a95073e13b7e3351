-- case: 413-trigger-of-the-callers-own
-- threat: sql
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 login=f413_l role=f413_r settings={}
-- expect: table=c.t command=SELECT verdict=leaks
-- why: a trigger that the caller made runs with the rights of whoever changes the table

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role f413_r nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role f413_l nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to f413_r, f413_l;
set role keeper;
create table c.t (id int primary key, clinic int not null);
alter table c.t enable row level security;
create policy own on c.t using (clinic = 1);
create table c.s (id int);
grant select on c.t to f413_r;
grant trigger on c.s to f413_r;
create function c.put(k int) returns void language sql security definer as 'insert into c.s values (k)';
reset role;
grant f413_r to f413_l;
alter role f413_l login;
reset role;

-- @seed
insert into c.t values (1, 1), (2, 2);

-- check: c.t SELECT as=A :: create temp table got (clinic int) ;; grant all on got to public ;; create function pg_temp.grab() returns trigger language plpgsql as $$ begin insert into pg_temp.got select clinic from c.t; return new; end $$ ;; create trigger g before insert on c.s for each row execute function pg_temp.grab() ;; select c.put(1) ;; select count(*) > 0 from got where clinic = 2
