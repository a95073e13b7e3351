-- case: 249-child-asks-parent
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant-via: c.notes.visit=c.visits.id
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.notes command=SELECT verdict=isolated
-- expect: table=c.notes command=UPDATE verdict=isolated
-- expect: table=c.notes command=INSERT verdict=isolated
-- unscored: table=c.visits command=SELECT
-- why: the child is seen with its visit, which the own policy decides

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create table c.notes (id int primary key, visit int not null references c.visits, body text);
alter table c.notes enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create policy own on c.notes using (exists (select from c.visits v where v.id = visit));
grant select on c.visits to desk;
grant select, insert, update on c.notes to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');
insert into c.notes values (1, 1, 'own'), (2, 3, 'theirs');

-- check: c.notes SELECT as=A :: select count(*) > 0 from c.notes where id = 2
-- check: c.notes UPDATE as=A :: update c.notes set body = 'zz' ;; owner> select exists (select from c.notes where id = 2 and body = 'zz')
-- check: c.notes UPDATE as=A :: update c.notes set visit = 3 ;; owner> select exists (select from c.notes where id = 1 and visit = 3)
-- check: c.notes INSERT as=A :: insert into c.notes values (91, 3, 'x') ;; owner> select exists (select from c.notes where id = 91)
