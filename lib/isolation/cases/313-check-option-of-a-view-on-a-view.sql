-- case: 313-check-option-of-a-view-on-a-view
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.mine.clinic
-- tenant: c.cascaded.clinic
-- tenant: c.renamed.unit
-- tenant: c.here.clinic
-- tenant: c.above_local.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.cascaded command=INSERT verdict=isolated
-- expect: table=c.cascaded command=UPDATE verdict=leaks
-- expect: table=c.cascaded command=DELETE verdict=isolated
-- expect: table=c.renamed command=INSERT verdict=isolated
-- expect: table=c.renamed command=UPDATE verdict=leaks
-- expect: table=c.here command=INSERT verdict=leaks
-- expect: table=c.here command=DELETE verdict=isolated
-- expect: table=c.above_local command=INSERT verdict=isolated
-- why: a cascaded check option holds for the views below as well, a local one only for its own

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text);
create view c.mine as select id, clinic, note from c.visits where clinic = nullif(current_setting('app.clinic', true), '')::int;
create view c.cascaded as select * from c.mine where note is not null with cascaded check option;
create view c.renamed as select clinic as unit, id as clinic from c.mine with cascaded check option;
create view c.here as select * from c.mine where note is not null with local check option;
create view c.above_local as select * from c.cascaded where id > 0 with local check option;
grant select, insert, update, delete on c.cascaded, c.renamed, c.here, c.above_local to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 2, 'bob');

-- check: c.cascaded INSERT as=A :: insert into c.cascaded values (91, 2, 'x') ;; owner> select exists (select from c.visits where id = 91)
-- check: c.cascaded UPDATE as=A :: update c.cascaded set clinic = 2 ;; owner> select exists (select from c.visits where id = 1 and clinic = 2)
-- check: c.cascaded DELETE as=A :: delete from c.cascaded ;; owner> select not exists (select from c.visits where id = 2)
-- check: c.renamed INSERT as=A :: insert into c.renamed values (2, 91) ;; owner> select exists (select from c.visits where id = 91)
-- check: c.renamed UPDATE as=A :: update c.renamed set unit = 2 ;; owner> select exists (select from c.visits where id = 1 and clinic = 2)
-- check: c.here INSERT as=A :: insert into c.here values (91, 2, 'x') ;; owner> select exists (select from c.visits where id = 91)
-- check: c.here DELETE as=A :: delete from c.here ;; owner> select not exists (select from c.visits where id = 2)
-- check: c.above_local INSERT as=A :: insert into c.above_local values (91, 2, 'x') ;; owner> select exists (select from c.visits where id = 91)
-- check: c.cascaded UPDATE as=A :: insert into c.cascaded values (2, 1, 'x') on conflict (id) do update set clinic = excluded.clinic ;; owner> select exists (select from c.visits where id = 2 and clinic = 1)
-- check: c.renamed UPDATE as=A :: insert into c.renamed values (1, 2) on conflict (clinic) do update set unit = excluded.unit ;; owner> select exists (select from c.visits where id = 2 and clinic = 1)
