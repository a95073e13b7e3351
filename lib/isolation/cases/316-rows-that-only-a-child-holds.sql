-- case: 316-rows-that-only-a-child-holds
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- expect: table=c.notes command=SELECT verdict=isolated
-- why: a check that is not inherited says nothing of the rows of children, which are read with those of the table


do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int, clinic int not null, kind text not null check (kind in ('visit', 'call')) no inherit);
create table c.archive () inherits (c.visits);
create table c.notes (id int, clinic int not null, kind text not null check (kind in ('visit', 'call')));
create table c.old_notes () inherits (c.notes);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
create policy own on c.visits for select using (clinic = current_setting('app.clinic')::int or kind = 'public');
create policy own on c.notes for select using (clinic = current_setting('app.clinic')::int or kind = 'public');
grant select on c.visits, c.notes to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'visit'), (2, 2, 'call');
insert into c.archive values (3, 2, 'public');
insert into c.old_notes values (3, 2, 'call');

-- check: c.visits SELECT as=A :: select exists (select from c.visits where clinic <> 1)
-- check: c.notes SELECT as=A :: select exists (select from c.notes where clinic <> 1)
