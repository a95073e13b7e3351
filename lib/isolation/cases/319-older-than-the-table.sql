-- case: 319-older-than-the-table
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.seen.clinic
-- tenant: c.but_others.clinic
-- tenant: c.notes.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1","app.person":"7"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2","app.person":"8"}
-- expect: table=c.seen command=SELECT verdict=leaks
-- expect: table=c.but_others command=SELECT verdict=leaks
-- expect: table=c.notes command=SELECT verdict=leaks
-- why: a materialized view shows rows as they were; what holds among rows of one moment does not hold between two

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, n int not null);
create table c.works_at (person int, clinic int, primary key (person, clinic));
create table c.notes (id int primary key, clinic int not null, body text);
create materialized view c.old_visits as select id, clinic, n from c.visits with no data;
create materialized view c.old_works_at as select person, clinic from c.works_at with no data;
create view c.seen as select o.id, o.clinic, o.n from c.old_visits o join c.visits v on v.id = o.id
  where v.clinic = current_setting('app.clinic')::int;
create view c.but_others as select id, clinic, n from c.old_visits
  except select id, clinic, n from c.visits where clinic <> current_setting('app.clinic')::int;
alter table c.notes enable row level security;
create policy own on c.notes for select using
  (clinic in (select clinic from c.old_works_at where person = current_setting('app.person')::int));
grant select on c.seen, c.but_others, c.notes, c.old_works_at to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 1), (2, 2, 2), (3, 2, 3);
insert into c.works_at values (7, 1), (7, 2), (8, 2);
insert into c.notes values (1, 1, 'x'), (2, 2, 'y');
refresh materialized view c.old_visits;
refresh materialized view c.old_works_at;
update c.visits set clinic = 1 where id = 2;
delete from c.visits where id = 3;
delete from c.works_at where person = 7 and clinic = 2;

-- check: c.seen SELECT as=A :: select exists (select from c.seen where clinic <> 1)
-- check: c.but_others SELECT as=A :: select exists (select from c.but_others where clinic <> 1)
-- check: c.notes SELECT as=A :: select exists (select from c.notes where clinic <> 1)
