-- case: 309-tenants-of-a-domain
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.visits command=UPDATE verdict=isolated
-- expect: table=c.visits command=DELETE verdict=isolated
-- expect: table=c.notes command=SELECT verdict=leaks
-- expect: table=c.notes command=INSERT verdict=isolated
-- why: a domain is compared as the type it stands on; its check holds for what it let in, not for what was there before

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create domain c.clinic as int check (value > 0);
create domain c.slug as char(4);
create domain c.code as c.slug not null;
create table c.visits (id int primary key, clinic c.clinic not null, note text);
create table c.notes (id int primary key, clinic c.code, note text);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic')::c.clinic);
create policy own on c.notes for insert with check (clinic = current_setting('app.clinic')::c.code);
create policy seen on c.notes for select using (clinic <= current_setting('app.clinic')::c.code or note = 'public');
grant select, insert, update, delete on c.visits, c.notes to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 2, 'bob');
insert into c.notes values (1, '1', 'ada'), (2, '2', 'bob');

-- check: c.visits SELECT as=A :: select exists (select from c.visits where clinic <> 1)
-- check: c.visits INSERT as=A :: insert into c.visits values (91, 2, 'x') ;; owner> select exists (select from c.visits where id = 91)
-- check: c.visits UPDATE as=A :: update c.visits set note = 'zz' ;; owner> select exists (select from c.visits where clinic <> 1 and note = 'zz')
-- check: c.visits DELETE as=A :: delete from c.visits ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.notes SELECT as=B :: select exists (select from c.notes where clinic <> '2')
-- check: c.notes INSERT as=A :: insert into c.notes values (91, '2', 'x') ;; owner> select exists (select from c.notes where id = 91)
