-- case: 601-kept-though-it-is-removed
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.kept.clinic
-- tenant: c.bills.clinic
-- tenant: c.clear()
-- tenant: c.sync()
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- expect: table=c.notes command=DELETE verdict=leaks
-- expect: table=c.clear() command=DELETE verdict=leaks
-- expect: table=c.sync() command=DELETE verdict=leaks
-- expect: table=c.kept command=INSERT verdict=isolated
-- expect: table=c.bills command=DELETE verdict=isolated
-- why: what a trigger before a DELETE does stands though it keeps the row; MERGE sets off the triggers of a statement for each of its branches, rows or none

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id int primary key, clinic int not null, note text); alter table c.notes enable row level security; create policy own on c.notes using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select on c.notes to desk;
create table c.kept (id int, clinic int not null);
create table c.queue (id int primary key);
grant delete on c.queue to desk;
create function c.on_queue() returns trigger language plpgsql security definer as $$ begin delete from c.notes; return null; end $$;
create trigger told before delete on c.queue for each row execute function c.on_queue();
create table c.bills (id int primary key, clinic int not null, note text); alter table c.bills enable row level security; create policy own on c.bills using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select, delete on c.bills to desk;
create function c.on_bills() returns trigger language plpgsql security definer as $$ begin insert into c.kept values (old.id, old.clinic); return null; end $$;
create trigger told before delete on c.bills for each row execute function c.on_bills();
create function c.clear() returns void language sql security definer as $$ delete from c.queue where id = 1 $$;
create table c.jobs (id int primary key, state int);
create function c.on_jobs() returns trigger language plpgsql security definer as $$ begin delete from c.notes; return null; end $$;
create trigger told before insert on c.jobs for each statement execute function c.on_jobs();
create function c.sync() returns void language sql security definer as $$ merge into c.jobs j using (select 1 as id where false) s on j.id = s.id when not matched then insert values (s.id, 1) $$;

reset role;

-- @seed
insert into c.notes values (1, 1), (2, 2); insert into c.bills values (1, 1), (2, 2); insert into c.queue values (1);

-- check: c.notes DELETE as=A :: delete from c.queue ;; owner> select count(*) = 0 from c.notes where clinic = 2
-- check: c.clear() DELETE as=A :: select c.clear() ;; owner> select count(*) = 0 from c.notes where clinic = 2
-- check: c.sync() DELETE as=A :: select c.sync() ;; owner> select count(*) = 0 from c.notes where clinic = 2
-- check: c.kept INSERT as=A :: delete from c.bills ;; owner> select count(*) > 0 from c.kept where clinic = 2
-- check: c.bills DELETE as=A :: delete from c.bills ;; owner> select count(*) = 0 from c.bills where clinic = 2
