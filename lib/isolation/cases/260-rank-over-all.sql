-- case: 260-rank-over-all
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.ranked.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.ranked command=SELECT verdict=leaks
-- why: the place of an own row counts the rows of others

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create view c.ranked as select * from (select id, clinic, rank() over (order by note) as place from c.visits) r where clinic = current_setting('app.clinic', true)::int;
grant select on c.visits, c.ranked to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');
insert into c.visits values (6, 2, 'aaa');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.ranked SELECT as=A :: select max(place) > 2 from c.ranked
