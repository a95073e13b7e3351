-- case: 248-child-without-policies
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant-via: c.notes.visit=c.visits.id
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.notes command=SELECT verdict=leaks
-- expect: table=c.notes command=DELETE verdict=leaks
-- why: the child was forgotten

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create table c.notes (id int primary key, visit int not null references c.visits, body text);
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
grant select on c.visits to desk;
grant select, delete on c.notes to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');
insert into c.notes values (1, 1, 'own'), (2, 3, 'theirs');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.notes SELECT as=A :: select count(*) > 0 from c.notes where id = 2
-- check: c.notes DELETE as=A :: delete from c.notes ;; owner> select not exists (select from c.notes where id = 2)
