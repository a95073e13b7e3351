-- case: 258-definer-average
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.average()
-- tenant: c.own_average()
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.average() command=SELECT verdict=leaks
-- expect: table=c.own_average() command=SELECT verdict=isolated
-- why: an average of all clinics depends on the others

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create function c.average() returns numeric language sql stable security definer set search_path = c, pg_temp as $$ select avg(length(note)) from c.visits $$;
create function c.own_average() returns numeric language sql stable security definer set search_path = c, pg_temp as $$ select avg(length(note)) from c.visits where clinic = current_setting('app.clinic', true)::int $$;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');
insert into c.visits values (5, 2, 'a much longer note');

-- check: c.average() SELECT as=A :: select c.average() <> 3
-- check: c.own_average() SELECT as=A :: select c.own_average() <> 3
