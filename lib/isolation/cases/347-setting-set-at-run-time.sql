-- case: 347-setting-set-at-run-time
-- threat: dml
-- null-tenant: foreign
-- tenant: c.dynamic.clinic
-- principal: name=A tenant=1 role=desk settings={"app.dynamic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.dynamic":"2"}
-- expect: table=c.dynamic command=SELECT verdict=leaks
-- why: a statement put together at run time may set any setting

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.dynamic (id int primary key, clinic int not null);
alter table c.dynamic enable row level security;
create policy own on c.dynamic using (clinic = current_setting('app.dynamic')::int);
grant select on c.dynamic to desk;
create function c.switch(n text, k text) returns void language plpgsql as $$ begin execute format('set local %s = %L', n, k); end $$;
reset role;

-- @seed
insert into c.dynamic values (1, 1), (2, 2);

-- check: c.dynamic SELECT as=A :: select c.switch('app.dynamic', '2') ;; select count(*) > 0 from c.dynamic where clinic = 2
