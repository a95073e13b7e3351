-- case: 308-tenants-of-an-enum
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.unit
-- tenant: c.notes.unit
-- principal: name=A tenant=north role=desk settings={"app.unit":"north"}
-- principal: name=B tenant=south role=desk settings={"app.unit":"south"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.visits command=UPDATE verdict=isolated
-- expect: table=c.visits command=DELETE verdict=isolated
-- expect: table=c.notes command=SELECT verdict=leaks
-- why: labels of an enum are told apart by their text; an order of them lets those through that come later

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create type c.unit as enum ('north', 'south', 'east');
create table c.visits (id int primary key, unit c.unit not null, note text);
create table c.notes (id int primary key, unit c.unit not null, note text);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
create policy own on c.visits using (unit = current_setting('app.unit')::c.unit);
create policy later on c.notes for select using (unit >= current_setting('app.unit')::c.unit);
grant select, insert, update, delete on c.visits, c.notes to desk;
reset role;

-- @seed
insert into c.visits values (1, 'north', 'ada'), (2, 'south', 'bob');
insert into c.notes values (1, 'north', 'ada'), (2, 'south', 'bob');

-- check: c.visits SELECT as=A :: select exists (select from c.visits where unit <> 'north')
-- check: c.visits INSERT as=A :: insert into c.visits values (91, 'south', 'x') ;; owner> select exists (select from c.visits where id = 91)
-- check: c.visits UPDATE as=A :: update c.visits set note = 'zz' ;; owner> select exists (select from c.visits where unit <> 'north' and note = 'zz')
-- check: c.visits DELETE as=A :: delete from c.visits ;; owner> select not exists (select from c.visits where unit = 'south')
-- check: c.notes SELECT as=A :: select exists (select from c.notes where unit <> 'north')
