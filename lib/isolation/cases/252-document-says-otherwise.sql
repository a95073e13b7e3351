-- case: 252-document-says-otherwise
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- why: nothing ties the document to the column

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, data jsonb not null default '{}');
alter table c.visits enable row level security;
create policy own on c.visits for select using (data ->> 'clinic' = current_setting('app.clinic', true));
grant select on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, '{"clinic": "1"}'), (2, 2, '{"clinic": "1"}');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
