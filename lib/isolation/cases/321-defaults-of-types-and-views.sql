-- case: 321-defaults-of-types-and-views
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.shown.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=INSERT verdict=leaks
-- expect: table=c.shown command=INSERT verdict=leaks
-- why: a column without a default of its own takes that of its domain, and one of a view that of the view

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create domain c.clinic as int default 2;
create table c.visits (id int not null, clinic c.clinic not null);
create table c.notes (id int not null, clinic int not null default nullif(current_setting('app.clinic', true), '')::int);
create view c.shown as select id, clinic from c.notes;
alter view c.shown alter column clinic set default 2;
grant insert (id) on c.visits to desk;
grant insert (id) on c.shown to desk;
reset role;

-- @seed
insert into c.visits values (1, 1), (2, 2);
insert into c.notes values (1, 1), (2, 2);

-- check: c.visits INSERT as=A :: insert into c.visits (id) values (91) ;; owner> select exists (select from c.visits where id = 91 and clinic = 2)
-- check: c.shown INSERT as=A :: insert into c.shown (id) values (91) ;; owner> select exists (select from c.notes where id = 91 and clinic = 2)
