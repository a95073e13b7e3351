-- case: 208-set-null-on-foreign-child
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=DELETE verdict=isolated
-- expect: table=c.notes command=UPDATE verdict=leaks
-- why: ON DELETE SET NULL changes the child of another clinic

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text, unique (clinic, id));
create table c.notes (id int primary key, clinic int not null, visit int, body text, foreign key (visit) references c.visits (id) on delete set null);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create policy own on c.notes using (clinic = current_setting('app.clinic', true)::int);
grant select, delete on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'a'), (2, 2, 'b');
insert into c.notes values (1, 1, 1, 'own'), (2, 2, 1, 'theirs');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits DELETE as=A :: delete from c.visits ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.notes UPDATE as=A :: delete from c.visits ;; owner> select exists (select from c.notes where clinic = 2 and visit is null)
