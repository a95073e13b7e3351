-- case: 598-triggers-that-wait
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.write()
-- tenant: c.call()
-- tenant: c.visit()
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- expect: table=c.write() command=INSERT verdict=leaks
-- expect: table=c.call() command=INSERT verdict=leaks
-- expect: table=c.visit() command=INSERT verdict=isolated
-- why: a constraint trigger that waits for the end of the transaction runs with what the session has, not with what the function around the statement set

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema wide authorization keeper;
grant usage on schema wide, public to desk, keeper;
grant create on schema public to keeper;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id bigint generated always as identity primary key, clinic int not null);
create table c.letters (id int);
create table c.calls (id int);
create table c.visits (id int);
create function public.whose() returns int language sql stable as $$ select 2 $$;
create function wide.whose() returns int language sql stable as $$ select 1 $$;
create function c.on_letters() returns trigger language plpgsql security definer as $$ begin insert into c.notes (clinic) values (whose()); return null; end $$;
create constraint trigger told after insert on c.letters deferrable initially deferred for each row execute function c.on_letters();
create function c.on_calls() returns trigger language plpgsql security definer as $$ begin if current_setting('app.lock', true) is distinct from 'on' then insert into c.notes (clinic) values (2); end if; return null; end $$;
create constraint trigger told after insert on c.calls deferrable initially deferred for each row execute function c.on_calls();
create function c.on_visits() returns trigger language plpgsql security definer as $$ begin insert into c.notes (clinic) values (whose()); return null; end $$;
create constraint trigger told after insert on c.visits  for each row execute function c.on_visits();
create function c.write() returns void language sql security definer set search_path = wide, pg_temp as $$ insert into c.letters values (1) $$;
create function c.call() returns void language sql security definer as $$ insert into c.calls values (1) $$;
create function c.visit() returns void language sql security definer set search_path = wide, pg_temp as $$ insert into c.visits values (1) $$;

reset role;
alter function c.call() set app.lock = 'on';

-- @seed
-- No rows.

-- check: c.write() INSERT as=A :: select c.write() ;; set constraints all immediate ;; owner> select count(*) > 0 from c.notes where clinic = 2
-- check: c.call() INSERT as=A :: select c.call() ;; set constraints all immediate ;; owner> select count(*) > 0 from c.notes where clinic = 2
-- check: c.visit() INSERT as=A :: select c.visit() ;; set constraints all immediate ;; owner> select count(*) > 0 from c.notes where clinic = 2
