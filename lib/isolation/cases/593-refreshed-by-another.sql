-- case: 593-refreshed-by-another
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.pinned().clinic
-- tenant: c.behind().clinic
-- tenant: c.over().clinic
-- tenant: c.past().clinic
-- tenant: c.nightly().clinic
-- tenant: c.plain().clinic
-- principal: name=A tenant=1 login=clerk role=desk settings={"app.clinic":"1"}
-- expect: table=c.pinned() command=SELECT verdict=leaks
-- expect: table=c.behind() command=SELECT verdict=leaks
-- expect: table=c.over() command=SELECT verdict=leaks
-- expect: table=c.past() command=SELECT verdict=leaks
-- expect: table=c.nightly() command=SELECT verdict=leaks
-- expect: table=c.plain() command=SELECT verdict=isolated
-- why: what a materialized view holds was worked out by another session, at another time: not what a function sets around it, nor its clock or login

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role clerk login; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id int primary key, clinic int not null, ends timestamptz); alter table c.notes enable row level security; create policy own on c.notes using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select on c.notes to desk;
create materialized view c.ofthem as select n.id, n.clinic from c.notes n where n.clinic = nullif(current_setting('app.clinic', true), '')::int;
create view c.shown as select * from c.ofthem;
create materialized view c.open as select n.id, n.clinic, n.ends from c.notes n where n.ends > now() or n.ends > current_timestamp;
create materialized view c.night as select n.id, n.clinic from c.notes n where n.clinic <> 2 or session_user <> 'clerk';
create materialized view c.of_one as select n.id, n.clinic from c.notes n where n.clinic = 1;
create function c.pinned() returns table (id int, clinic int) language sql stable security definer as $$ select m.id, m.clinic from c.ofthem m $$;
create function c.behind() returns table (id int, clinic int) language sql stable security definer as $$ select s.id, s.clinic from c.shown s $$;
create function c.over() returns table (id int, clinic int) language sql stable security definer as $$ select o.id, o.clinic from c.open o where o.ends < now() $$;
create function c.past() returns table (id int, clinic int) language sql stable security definer as $$ select o.id, o.clinic from c.open o where o.ends < current_timestamp $$;
create function c.nightly() returns table (id int, clinic int) language sql stable security definer as $$ select n.id, n.clinic from c.night n $$;
create function c.plain() returns table (id int, clinic int) language sql stable security definer as $$ select o.id, o.clinic from c.of_one o where o.clinic = nullif(current_setting('app.clinic', true), '')::int $$;

reset role;
grant desk to clerk;
alter function c.pinned() set app.clinic = '1';
alter function c.behind() set app.clinic = '1';
alter function c.plain() set app.clinic = '1';

-- @seed
insert into c.notes values (1,1,null),(2,2,clock_timestamp() + interval '400 ms');
select set_config('app.clinic','2',false);
refresh materialized view c.ofthem; refresh materialized view c.open; refresh materialized view c.night; refresh materialized view c.of_one;
select set_config('app.clinic','',false), pg_sleep(0.5);

-- check: c.pinned() SELECT as=A :: select count(*) > 0 from c.pinned() where clinic = 2
-- check: c.behind() SELECT as=A :: select count(*) > 0 from c.behind() where clinic = 2
-- check: c.over() SELECT as=A :: select count(*) > 0 from c.over() where clinic = 2
-- check: c.past() SELECT as=A :: select count(*) > 0 from c.past() where clinic = 2
-- check: c.nightly() SELECT as=A :: select count(*) > 0 from c.nightly() where clinic = 2
-- check: c.plain() SELECT as=A :: select count(*) > 0 from c.plain() where clinic = 2
