-- case: 202-case-insensitive-tenant
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=North role=desk settings={"app.clinic":"North"}
-- principal: name=B tenant=north role=desk settings={"app.clinic":"north"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- why: two tenants that differ only in case are one to lower()

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic text not null, note text);
alter table c.visits enable row level security;
create policy own on c.visits for select using (lower(clinic) = lower(current_setting('app.clinic', true)));
grant select on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 'North', 'a'), (2, 'north', 'b');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 'north'
