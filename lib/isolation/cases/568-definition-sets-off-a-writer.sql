-- case: 568-definition-sets-off-a-writer
-- threat: sql
-- null-tenant: foreign
-- tenant: c.u.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.u command=UPDATE verdict=leaks
-- why: a temporary table sets off what runs on definitions, with the rights of its owner

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;

create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.u (id int primary key, clinic int not null, note text); alter table c.u enable row level security; create policy own on c.u using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select on c.u to desk;
create function c.ev() returns event_trigger language plpgsql security definer set search_path = '' as $$ begin update c.u set clinic = current_setting('app.clinic')::int; end $$;
reset role;
create event trigger ev on ddl_command_end execute function c.ev();

-- @seed
insert into c.u values (1,1),(2,2);

-- check: c.u UPDATE as=A :: create temp table x (i int) ;; owner> select count(*) = 2 from c.u where clinic = 1
