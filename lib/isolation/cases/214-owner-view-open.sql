-- case: 214-owner-view-open
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.list.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.list command=SELECT verdict=leaks
-- expect: table=c.list command=DELETE verdict=leaks
-- why: a view is asked with the rights of its owner, whom policies do not bind

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create view c.list as select id, clinic, note from c.visits;
grant select on c.visits to desk;
grant select, delete on c.list to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.list SELECT as=A :: select count(*) > 0 from c.list where clinic = 2
-- check: c.list DELETE as=A :: delete from c.list ;; owner> select not exists (select from c.visits where clinic = 2)
