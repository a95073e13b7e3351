-- case: 592-rules-of-empty-views
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.emptied.clinic
-- tenant: c.nobodys.clinic
-- tenant: c.kept.clinic
-- tenant: c.written.clinic
-- tenant: c.log.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.emptied command=UPDATE verdict=leaks
-- expect: table=c.nobodys command=DELETE verdict=leaks
-- expect: table=c.kept command=DELETE verdict=isolated
-- expect: table=c.written command=INSERT verdict=leaks
-- expect: table=c.notes command=UPDATE verdict=leaks
-- expect: table=c.log command=INSERT verdict=leaks
-- why: an action of a view's rule that looks at no row is run though the view shows none

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id int primary key, clinic int not null, note text); alter table c.notes enable row level security; create policy own on c.notes for select using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select on c.notes to desk;
create view c.emptied as select id, clinic, note from c.notes where false;
create rule r as on update to c.emptied do instead update c.notes set note = 'x' where clinic = 2;
grant select, insert, update, delete on c.emptied to desk;
create view c.nobodys as select id, clinic, note from c.notes where clinic = 99 and clinic = 98;
create rule r as on delete to c.nobodys do instead delete from c.notes where clinic = 2;
grant select, insert, update, delete on c.nobodys to desk;
create view c.kept as select id, clinic, note from c.notes where clinic = 99 and clinic = 98;
create rule r as on delete to c.kept do instead delete from c.notes where id = old.id;
grant select, insert, update, delete on c.kept to desk;
create view c.written as select id, clinic, note from c.notes where false;
create rule r as on insert to c.written do instead delete from c.notes where clinic = 2;
grant select, insert, update, delete on c.written to desk;
create table c.log (id int primary key, clinic int not null, note text);
create view c.inbox as select 1 as id where false;
create rule r as on update to c.inbox do instead insert into c.log values (1, 2, 'x');
grant select, update on c.inbox to desk;

reset role;

-- @seed
insert into c.notes values (1,1),(2,2);

-- check: c.emptied UPDATE as=A :: update c.emptied set note = 'q' ;; owner> select count(*) > 0 from c.notes where clinic = 2 and note = 'x'
-- check: c.nobodys DELETE as=A :: delete from c.nobodys ;; owner> select count(*) = 0 from c.notes where clinic = 2
-- check: c.kept DELETE as=A :: delete from c.kept ;; owner> select count(*) = 0 from c.notes where clinic = 2
-- check: c.written INSERT as=A :: insert into c.written values (3, 1, 'q') ;; owner> select count(*) = 0 from c.notes where clinic = 2
-- check: c.notes UPDATE as=A :: update c.emptied set note = 'q' ;; owner> select count(*) > 0 from c.notes where clinic = 2 and note = 'x'
-- check: c.log INSERT as=A :: update c.inbox set id = 2 ;; owner> select count(*) > 0 from c.log where clinic = 2
