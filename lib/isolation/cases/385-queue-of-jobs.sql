-- case: 385-queue-of-jobs
-- threat: dml
-- null-tenant: foreign
-- tenant: c.jobs.tenant
-- tenant: c.claim(integer).tenant
-- tenant: c.claim_any(integer).tenant
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.tenant":"2","app.user":"22"}
-- expect: table=c.jobs command=SELECT verdict=isolated
-- expect: table=c.claim(integer) command=SELECT verdict=isolated
-- expect: table=c.claim(integer) command=UPDATE verdict=isolated
-- expect: table=c.claim_any(integer) command=SELECT verdict=leaks
-- expect: table=c.claim_any(integer) command=UPDATE verdict=leaks
-- why: RETURNING gives the rows that were changed

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create table c.jobs (id int generated always as identity primary key, tenant int not null, state text not null default 'queued' check (state in ('queued','running','done')), payload jsonb not null default '{}');
alter table c.jobs enable row level security;
create policy p on c.jobs using (tenant = current_setting('app.tenant')::int);
create function c.claim(n int) returns setof c.jobs language sql security definer set search_path = c, pg_temp as $$ update jobs set state = 'running' where id in (select id from jobs where state = 'queued' and tenant = current_setting('app.tenant')::int order by id limit n for update skip locked) returning * $$;
create function c.claim_any(n int) returns setof c.jobs language sql security definer set search_path = c, pg_temp as $$ update jobs set state = 'running' where id in (select id from jobs where state = 'queued' order by id limit n for update skip locked) returning * $$;
grant select, insert on c.jobs to desk; grant execute on all functions in schema c to desk;
reset role;

-- @seed
insert into c.jobs (tenant) values (2),(1);

-- check: c.jobs SELECT as=A :: select count(*) > 0 from c.jobs where tenant = 2
-- check: c.claim(integer) SELECT as=A :: select count(*) > 0 from c.claim(5) where tenant = 2
-- check: c.claim(integer) UPDATE as=A :: select c.claim(5) ;; owner> select count(*) > 0 from c.jobs where tenant = 2 and state = 'running'
-- check: c.claim_any(integer) SELECT as=A :: select count(*) > 0 from c.claim_any(5) where tenant = 2
-- check: c.claim_any(integer) UPDATE as=A :: select c.claim_any(5) ;; owner> select count(*) > 0 from c.jobs where tenant = 2 and state = 'running'
