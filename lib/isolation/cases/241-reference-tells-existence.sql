-- case: 241-reference-tells-existence
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.notes command=INSERT verdict=isolated
-- expect: table=c.notes command=INSERT verdict=leaks channel=covert
-- why: a foreign key accepts what the session cannot see

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create table c.notes (id int primary key, clinic int not null, visit int not null references c.visits);
alter table c.notes enable row level security;
create policy own on c.notes using (clinic = current_setting('app.clinic', true)::int) with check (clinic = current_setting('app.clinic', true)::int);
grant insert on c.notes to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');
insert into c.notes values (1, 1, 1), (2, 2, 3);

-- check: c.notes INSERT as=A :: insert into c.notes values (91, 2, 3) ;; owner> select exists (select from c.notes where id = 91)
-- check: c.notes INSERT channel=covert as=A :: differs> insert into c.notes values (91, 1, 3) ||| insert into c.notes values (91, 1, 777)
