-- case: 232-null-tenant-foreign
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- why: rows without a clinic belong to nobody here

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int, note text);
alter table c.visits enable row level security;
create policy own on c.visits for select using (clinic is null or clinic = current_setting('app.clinic', true)::int);
grant select on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'a'), (3, 2, 'b'), (5, null, 'all');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic is null
