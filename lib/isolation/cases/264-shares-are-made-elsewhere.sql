-- case: 264-shares-are-made-elsewhere
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- why: no share exists and the role cannot make one

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create table c.shares (visit int not null, to_clinic int not null, by_clinic int not null, primary key (visit, to_clinic));
alter table c.shares enable row level security;
create policy look on c.shares for select using (by_clinic = current_setting('app.clinic', true)::int or to_clinic = current_setting('app.clinic', true)::int);
create policy own on c.visits for select using (clinic = current_setting('app.clinic', true)::int or exists (select from c.shares s where s.visit = visits.id and s.to_clinic = current_setting('app.clinic', true)::int));
grant select on c.visits to desk;
grant select on c.shares to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
