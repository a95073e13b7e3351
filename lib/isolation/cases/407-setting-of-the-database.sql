-- case: 407-setting-of-the-database
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=SELECT verdict=leaks
-- why: a setting that nobody sets for a request may have been given to the database

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null);
alter table c.t enable row level security;
create policy own on c.t using (clinic = current_setting('app.clinic')::int or current_setting('app.mode', true) = 'open');
grant select on c.t to desk;
reset role;
do $$ begin execute format('alter database %I set app.mode = %L', current_database(), 'open'); end $$;
set role keeper;
reset role;

-- @seed
insert into c.t values (1, 1), (2, 2);

-- check: c.t SELECT as=A :: select count(*) > 0 from c.t where clinic::text = '2'
