-- case: 674-operators-that-no-text-names
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.by_using.clinic
-- tenant: c.by_name.clinic
-- tenant: c.by_range().clinic
-- tenant: c.by_call().clinic
-- tenant: c.by_usual_range().clinic
-- principal: name=A tenant=a role=desk settings={"app.clinic":"a"}
-- principal: name=B tenant=b role=desk settings={"app.clinic":"b"}
-- expect: table=c.by_using command=SELECT verdict=leaks
-- expect: table=c.by_name command=SELECT verdict=leaks
-- expect: table=c.by_range() command=SELECT verdict=leaks
-- expect: table=c.by_call() command=SELECT verdict=leaks
-- expect: table=c.by_usual_range() command=SELECT verdict=isolated
-- why: USING, NATURAL and BETWEEN compare with operators that somebody put before PostgreSQL's own, and no text says so
-- check: c.by_using SELECT as=A :: select exists (select from c.by_using where clinic is distinct from 'a')
-- check: c.by_name SELECT as=A :: select exists (select from c.by_name where clinic is distinct from 'a')
-- check: c.by_range() SELECT as=A :: select exists (select from c.by_range() x where x.clinic is distinct from 'a')
-- check: c.by_call() SELECT as=A :: select exists (select from c.by_call() x where x.clinic is distinct from 'a')
-- check: c.by_usual_range() SELECT as=A :: select exists (select from c.by_usual_range() x where x.clinic is distinct from 'a')

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
alter default privileges for role keeper in schema c grant select on tables to desk;
create schema o; grant usage on schema o to public;
create function o.any_text(text, text) returns boolean language sql immutable as $$ select true $$;
create operator o.= (leftarg = text, rightarg = text, function = o.any_text);
create operator o.>= (leftarg = text, rightarg = text, function = o.any_text);
create operator o.<= (leftarg = text, rightarg = text, function = o.any_text);
create table c.visits (id int primary key, clinic text not null);
alter table c.visits owner to keeper;
set search_path = o, pg_catalog;
create view c.by_using as select v.id, clinic from (select id, clinic as theirs, clinic from c.visits) v join (select current_setting('app.clinic') as clinic) s using (clinic);
create view c.by_name as select v.id, v.clinic from c.visits v natural join (select current_setting('app.clinic') as clinic) s;
create view c.by_number as select v.id, v.clinic from c.visits v join (select id from c.visits where clinic operator(pg_catalog.=) current_setting('app.clinic')) s using (id);
set search_path = "$user", public;
alter view c.by_using owner to keeper; alter view c.by_name owner to keeper; alter view c.by_number owner to keeper; grant select on c.by_using, c.by_name, c.by_number to desk;
set role keeper;

create function c.by_range() returns table (id int, clinic text) language sql stable security definer set search_path = o, pg_catalog as $$ select v.id, v.clinic from c.visits v where v.clinic between current_setting('app.clinic') and current_setting('app.clinic') $$;

create function c.by_call() returns table (id int, clinic text) language sql stable security definer set search_path = o, pg_catalog as $$ select v.id, v.clinic from c.visits v join (select current_setting('app.clinic') as clinic) s using (clinic) $$;

create function c.by_usual_range() returns table (id int, clinic text) language sql stable security definer set search_path = '' as $$ select v.id, v.clinic from c.visits v where v.clinic between current_setting('app.clinic') and current_setting('app.clinic') $$;

-- @seed
reset role;
insert into c.visits values (1,'b'),(2,'a');
