-- case: 261-delete-wider-than-select
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=DELETE verdict=leaks
-- why: a DELETE without WHERE reads nothing, so only its own policy counts

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text, stale boolean not null default false);
alter table c.visits enable row level security;
create policy look on c.visits for select using (clinic = current_setting('app.clinic', true)::int);
create policy gone on c.visits for delete using (clinic = current_setting('app.clinic', true)::int or stale);
grant select, delete on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'a', false), (3, 2, 'b', true), (4, 2, 'b', false);

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits DELETE as=A :: delete from c.visits ;; owner> select (select count(*) from c.visits where clinic = 2) < 2
