-- case: 221-setting-left-on-the-connection
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=SELECT verdict=leaks channel=session
-- why: the function keeps the clinic for whoever gets the connection next

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = nullif(current_setting('app.clinic', true), '')::int);
create function c.remember() returns void language sql as $$ select set_config('app.clinic', current_setting('app.clinic', true), false) $$;
grant select on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits SELECT channel=session as=A :: select c.remember() ;; commit> ;; owner> reset role ;; owner> select current_setting('app.clinic', true) = '1'
