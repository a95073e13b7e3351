-- case: 317-rows-older-than-a-constraint
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.people.clinic
-- tenant: c.notes.clinic
-- tenant: c.of_people.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.of_people command=SELECT verdict=leaks
-- why: a constraint that was never validated may be broken by every row that was there before it


do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, kind text not null);
create table c.people (id int, clinic int, name text, primary key (id, clinic));
create table c.notes (id int primary key, person int not null, clinic int not null, body text);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic')::int or kind = 'public');
create view c.of_people as select n.id, n.clinic, n.body from c.notes n
  where not exists (select from c.people p where p.id = n.person and p.clinic = n.clinic);
grant select, insert on c.visits to desk;
grant select on c.of_people to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'visit'), (2, 2, 'public');
insert into c.people values (1, 1, 'ada'), (2, 2, 'bob');
insert into c.notes values (1, 1, 1, 'x'), (2, 1, 2, 'y');
alter table c.visits add constraint kinds check (kind in ('visit', 'call')) not valid;
alter table c.notes add constraint of foreign key (person, clinic) references c.people not valid;

-- check: c.visits SELECT as=A :: select exists (select from c.visits where clinic <> 1)
-- check: c.visits INSERT as=A :: insert into c.visits values (91, 2, 'public') ;; owner> select exists (select from c.visits where id = 91)
-- check: c.of_people SELECT as=A :: select exists (select from c.of_people where clinic <> 1)
