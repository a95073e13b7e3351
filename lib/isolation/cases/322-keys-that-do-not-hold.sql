-- case: 322-keys-that-do-not-hold
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.lost.clinic
-- tenant: c.drafts.clinic
-- tenant: c.twice.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.lost command=SELECT verdict=leaks
-- expect: table=c.drafts command=SELECT verdict=leaks
-- expect: table=c.twice command=SELECT verdict=leaks
-- why: a trigger may keep a row from a cascade, NOT NULL need not hold for heirs, a key of a partitioned table alone is not one yet

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.people (clinic int, id int, primary key (clinic, id));
create table c.visits (id int primary key, clinic int not null, person int not null,
  foreign key (clinic, person) references c.people on delete cascade);
create function c.keep() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger keep before delete on c.visits for each row execute function c.keep();
create view c.lost as select v.id, v.clinic from c.visits v
  where not exists (select from c.people p where p.clinic = v.clinic and p.id = v.person);
create table c.drafts (id int, clinic int not null, person int);
create table c.old_drafts () inherits (c.drafts);
alter table only c.drafts add constraint given check (person is not null) no inherit;
alter table c.drafts enable row level security;
create policy own on c.drafts for select using (clinic = current_setting('app.clinic')::int or person is null);
create table c.rooms (id int not null, clinic int not null, open boolean not null) partition by list (clinic);
create table c.rooms_1 partition of c.rooms for values in (1);
create table c.rooms_2 partition of c.rooms for values in (2);
alter table only c.rooms add constraint one_each unique (id, clinic);
create view c.twice as select a.id, a.clinic from c.rooms a join c.rooms b on a.id = b.id and a.clinic = b.clinic
  where a.clinic = current_setting('app.clinic')::int or (a.open and not b.open);
grant select on c.lost, c.drafts, c.twice to desk;
reset role;

-- @seed
insert into c.people values (1, 1), (2, 2);
insert into c.visits values (1, 1, 1), (2, 2, 2);
delete from c.people;
insert into c.drafts values (1, 1, 1), (2, 2, 2);
insert into c.old_drafts values (3, 2, null);
insert into c.rooms values (1, 2, true), (1, 2, false);

-- check: c.lost SELECT as=A :: select exists (select from c.lost where clinic <> 1)
-- check: c.drafts SELECT as=A :: select exists (select from c.drafts where clinic <> 1)
-- check: c.twice SELECT as=A :: select exists (select from c.twice where clinic <> 1)
