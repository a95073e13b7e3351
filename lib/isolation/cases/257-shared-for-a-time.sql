-- case: 257-shared-for-a-time
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- expect: table=c.visits command=DELETE verdict=isolated
-- why: while the time runs everybody reads

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text, open_until timestamptz);
alter table c.visits enable row level security;
create policy look on c.visits for select using (clinic = current_setting('app.clinic', true)::int or open_until > now());
create policy gone on c.visits for delete using (clinic = current_setting('app.clinic', true)::int);
grant select, delete on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'a', null), (3, 2, 'b', '2090-01-01'), (4, 2, 'b', null);

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits DELETE as=A :: delete from c.visits ;; owner> select (select count(*) from c.visits where clinic = 2) < 2
