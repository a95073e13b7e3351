-- case: 222-joins-any-clinic
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.who":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.who":"12"}
-- membership: c.staff user=who tenant=clinic session="current_setting('app.who')::int"
-- expect: table=c.visits command=SELECT verdict=leaks
-- why: anybody may write a membership of their own

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.staff (who int, clinic int not null, boss boolean not null default false, primary key (who, clinic));
alter table c.staff enable row level security;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy mine on c.staff for select using (who = current_setting('app.who')::int);
create policy own on c.visits using (clinic in (select s.clinic from c.staff s where s.who = current_setting('app.who')::int));
grant select on c.visits to desk;
create policy join_in on c.staff for insert with check (who = current_setting('app.who')::int);
grant select, insert on c.staff to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');
insert into c.staff values (11, 1, false), (12, 2, false);

-- check: c.visits SELECT as=A :: insert into c.staff (who, clinic) values (11, 2) ;; select count(*) > 0 from c.visits where clinic = 2
