-- case: 266-columns-that-may-change
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=UPDATE verdict=isolated
-- why: the clinic is no column that the role may change

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy look on c.visits for select using (clinic = current_setting('app.clinic', true)::int);
create policy edit on c.visits for update using (clinic = current_setting('app.clinic', true)::int) with check (true);
grant select on c.visits to desk;
grant update (note) on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits UPDATE as=A :: update c.visits set note = 'zz' ;; owner> select exists (select from c.visits where clinic = 2 and note = 'zz')
-- check: c.visits UPDATE as=A :: update c.visits set clinic = 2 ;; owner> select exists (select from c.visits where id = 1 and clinic = 2)
