-- case: 323-invoker-view-below-another
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.above.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.above command=SELECT verdict=leaks
-- expect: table=c.above command=DELETE verdict=leaks
-- why: a view with the rights of its reader asks the session's policies, whoever owns the view that reads it

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null);
alter table c.visits enable row level security;
alter table c.visits force row level security;
create policy everything on c.visits to desk using (true);
create policy own on c.visits to keeper using (clinic = current_setting('app.clinic')::int);
create view c.below with (security_invoker = true) as select id, clinic from c.visits;
create view c.above as select id, clinic from c.below;
grant select, delete on c.visits, c.below, c.above to desk;
reset role;

-- @seed
insert into c.visits values (1, 1), (2, 2);

-- check: c.above SELECT as=A :: select exists (select from c.above where clinic <> 1)
-- check: c.above DELETE as=A :: delete from c.above ;; owner> select not exists (select from c.visits where clinic = 2)
