-- case: 211-inheritance-child-open
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.old_visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.old_visits command=SELECT verdict=leaks
-- expect: table=c.old_visits command=UPDATE verdict=leaks
-- why: a child table has no policies of its parent

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create table c.old_visits () inherits (c.visits);
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
grant select on c.visits to desk;
grant select, update on c.old_visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');
insert into c.old_visits values (5, 1, 'x'), (6, 2, 'y');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.old_visits SELECT as=A :: select count(*) > 0 from c.old_visits where clinic = 2
-- check: c.old_visits UPDATE as=A :: update c.old_visits set note = 'zz' ;; owner> select exists (select from c.old_visits where clinic = 2 and note = 'zz')
