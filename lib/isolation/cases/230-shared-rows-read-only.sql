-- case: 230-shared-rows-read-only
-- threat: dml
-- null-tenant: shared
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=UPDATE verdict=isolated
-- why: rows without a clinic may be read by all and written by none

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int, note text);
alter table c.visits enable row level security;
create policy look on c.visits for select using (clinic = current_setting('app.clinic', true)::int or clinic is null);
create policy edit on c.visits for update using (clinic = current_setting('app.clinic', true)::int);
grant select, update on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'a'), (3, 2, 'b'), (5, null, 'all');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits UPDATE as=A :: update c.visits set note = 'zz' ;; owner> select exists (select from c.visits where clinic is distinct from 1 and note = 'zz')
