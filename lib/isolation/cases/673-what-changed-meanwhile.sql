-- case: 673-what-changed-meanwhile
-- threat: dml
-- null-tenant: foreign
-- tenant: c.beds.clinic
-- tenant: c.bags.clinic
-- tenant: c.stamped.clinic
-- tenant: c.by_two_steps(integer,integer)
-- tenant: c.by_one_step(integer,integer)
-- tenant: c.in_its_place(integer,integer)
-- tenant: c.by_a_call(integer,integer)
-- tenant: c.asked_again(integer,integer)
-- tenant: c.in_a_loop(integer,integer)
-- tenant: c.moved_and_removed(integer)
-- tenant: c.moved_and_shown(integer)
-- tenant: c.moved_in_sql(integer)
-- tenant: c.moved_in_sql_and_removed(integer)
-- tenant: c.moved_by_a_stamp(integer)
-- tenant: c.moved_by_an_order(integer)
-- tenant: c.not_as_it_was(integer,integer)
-- tenant: c.walls.clinic
-- tenant: c.rooms.clinic
-- tenant: c.changed_twice(integer)
-- tenant: c.changed_and_removed(integer)
-- tenant: c.changed_and_shown(integer)
-- principal: name=A tenant=a role=desk settings={"app.clinic":"a"}
-- principal: name=B tenant=b role=desk settings={"app.clinic":"b"}
-- expect: table=c.by_two_steps(integer,integer) command=DELETE verdict=leaks
-- expect: table=c.by_one_step(integer,integer) command=DELETE verdict=leaks
-- expect: table=c.in_its_place(integer,integer) command=DELETE verdict=leaks
-- expect: table=c.by_a_call(integer,integer) command=DELETE verdict=leaks
-- expect: table=c.asked_again(integer,integer) command=DELETE verdict=leaks
-- expect: table=c.in_a_loop(integer,integer) command=DELETE verdict=leaks
-- expect: table=c.moved_and_removed(integer) command=DELETE verdict=leaks
-- expect: table=c.moved_and_shown(integer) command=SELECT verdict=leaks
-- expect: table=c.moved_in_sql(integer) command=SELECT verdict=leaks
-- expect: table=c.moved_in_sql_and_removed(integer) command=DELETE verdict=leaks
-- expect: table=c.moved_by_a_stamp(integer) command=DELETE verdict=leaks
-- expect: table=c.moved_by_an_order(integer) command=DELETE verdict=leaks
-- expect: table=c.not_as_it_was(integer,integer) command=SELECT verdict=leaks
-- expect: table=c.rooms command=UPDATE verdict=isolated
-- expect: table=c.rooms command=SELECT verdict=isolated
-- expect: table=c.walls command=UPDATE verdict=leaks
-- expect: table=c.changed_twice(integer) command=UPDATE verdict=isolated
-- expect: table=c.changed_and_removed(integer) command=DELETE verdict=isolated
-- expect: table=c.changed_and_removed(integer) command=UPDATE verdict=isolated
-- expect: table=c.changed_and_shown(integer) command=SELECT verdict=isolated
-- expect: table=c.changed_and_shown(integer) command=UPDATE verdict=isolated
-- why: what a function asked before it changed a row need not be so any more: another row may have the number now, and a row that is its own now may have been another's before the call
-- check: c.by_two_steps(integer,integer) DELETE as=B :: select c.by_two_steps(1, 2) ;; owner> select not exists (select from c.beds where clinic = 'a')
-- check: c.by_one_step(integer,integer) DELETE as=B :: select c.by_one_step(1, 2) ;; owner> select not exists (select from c.beds where clinic = 'a')
-- check: c.in_its_place(integer,integer) DELETE as=B :: select c.in_its_place(1, 2) ;; owner> select not exists (select from c.beds where clinic = 'a')
-- check: c.by_a_call(integer,integer) DELETE as=B :: select c.by_a_call(1, 2) ;; owner> select not exists (select from c.beds where clinic = 'a')
-- check: c.asked_again(integer,integer) DELETE as=B :: select c.asked_again(1, 2) ;; owner> select not exists (select from c.beds where clinic = 'a')
-- check: c.in_a_loop(integer,integer) DELETE as=B :: select c.in_a_loop(1, 2) ;; owner> select not exists (select from c.beds where clinic = 'a')
-- check: c.moved_and_removed(integer) DELETE as=A :: select c.moved_and_removed(1) ;; owner> select not exists (select from c.beds where clinic = 'b')
-- check: c.moved_and_shown(integer) SELECT as=A :: select c.moved_and_shown(1) = 'kb'
-- check: c.moved_in_sql(integer) SELECT as=A :: select c.moved_in_sql(1) = 'kb'
-- check: c.moved_in_sql_and_removed(integer) DELETE as=A :: select c.moved_in_sql_and_removed(1) ;; owner> select not exists (select from c.bags where clinic = 'b')
-- check: c.moved_by_a_stamp(integer) DELETE as=A :: select c.moved_by_a_stamp(1) ;; owner> select not exists (select from c.stamped where clinic = 'b')
-- check: c.moved_by_an_order(integer) DELETE as=A :: select c.moved_by_an_order(1) ;; owner> select not exists (select from c.bags where clinic = 'b')
-- check: c.not_as_it_was(integer,integer) SELECT as=A :: select c.not_as_it_was(2, 1) = 'kb'
-- check: c.rooms UPDATE as=A :: update c.rooms set note = 'new' ;; owner> select exists (select from c.rooms where clinic = 'b')
-- check: c.rooms SELECT as=A :: select exists (select from c.rooms where clinic = 'b')
-- check: c.walls UPDATE as=A :: update c.rooms set note = 'new' ;; owner> select exists (select from c.walls where clinic = 'b' and note = 'x')
-- check: c.changed_twice(integer) UPDATE as=A :: select c.changed_twice(1) ;; owner> select exists (select from c.beds where clinic = 'b' and note like 'x%')
-- check: c.changed_and_removed(integer) DELETE as=A :: select c.changed_and_removed(1) ;; owner> select not exists (select from c.beds where clinic = 'b')
-- check: c.changed_and_removed(integer) UPDATE as=A :: select c.changed_and_removed(1) ;; owner> select exists (select from c.beds where clinic = 'b' and note = 'gone')
-- check: c.changed_and_shown(integer) SELECT as=A :: select coalesce(c.changed_and_shown(1) = 'kb', false)
-- check: c.changed_and_shown(integer) UPDATE as=A :: select c.changed_and_shown(1) ;; owner> select not exists (select from c.bags where clinic = 'b')

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
alter default privileges for role keeper in schema c grant select on tables to desk;
set role keeper;
create function c.clinic() returns text language sql stable as $$ select current_setting('app.clinic', true) $$;
create table c.beds (id int primary key, clinic text not null, note text, changed timestamptz); revoke select on c.beds from desk;
create function c.touch() returns trigger language plpgsql as $$ begin new.changed := now(); return new; end $$;
create trigger touch before update on c.beds for each row execute function c.touch();
create table c.bags (id int, clinic text not null, note text); revoke select on c.bags from desk;
create table c.stamped (id int, clinic text not null, note text); revoke select on c.stamped from desk;
create function c.stamp() returns trigger language plpgsql as $$ begin new.clinic := c.clinic(); return new; end $$;
create trigger stamp before update on c.stamped for each row execute function c.stamp();
create table c.orders (bag int, clinic text not null); revoke select on c.orders from desk;
create function c.take() returns trigger language plpgsql security definer set search_path = '' as $$ begin update c.bags set clinic = c.clinic() where id = new.bag; return new; end $$;
create trigger take before insert on c.orders for each row execute function c.take();
create function c.is_mine(bed int) returns boolean language sql stable security definer set search_path = '' as $$ select exists (select from c.beds where id = bed and clinic = c.clinic()) $$;
create function c.renumber(a int, b int) returns void language sql security definer set search_path = '' as $$ update c.beds set id = case id when a then -b else a end where id in (a, b) $$;
revoke execute on function c.is_mine(int), c.renumber(int, int) from public;

create function c.by_two_steps(a int, b int) returns void language plpgsql security definer set search_path = '' as $$ begin
  if not exists (select from c.beds where id = a and clinic = c.clinic()) then return; end if;
  update c.beds set id = -id where id = a; update c.beds set id = a where id = b; delete from c.beds where id = a; end $$;

create function c.by_one_step(a int, b int) returns void language plpgsql security definer set search_path = '' as $$ begin
  perform from c.beds where id = a and clinic = c.clinic(); if not found then return; end if;
  update c.beds set id = case id when a then -b else a end where id in (a, b); delete from c.beds where id = a; end $$;

create function c.in_its_place(a int, b int) returns void language plpgsql security definer set search_path = '' as $$ begin
  if not exists (select from c.beds where id = a and clinic = c.clinic()) then return; end if;
  delete from c.beds where id = a; update c.beds set id = a where id = b; delete from c.beds where id = a; end $$;

create function c.by_a_call(a int, b int) returns void language plpgsql security definer set search_path = '' as $$ declare r record; begin
  select * into r from c.beds where id = a and clinic = c.clinic(); if not found then return; end if;
  perform c.renumber(a, b); delete from c.beds where id = a; end $$;

create function c.asked_again(a int, b int) returns void language plpgsql security definer set search_path = '' as $$ begin
  if not c.is_mine(a) then return; end if; update c.beds set id = -id where id = a; update c.beds set id = a where id = b;
  if not c.is_mine(a) then delete from c.beds where id = a; end if; end $$;

create function c.in_a_loop(a int, b int) returns void language plpgsql security definer set search_path = '' as $$ begin
  if not c.is_mine(a) then return; end if;
  for i in 1..2 loop delete from c.beds where id = a; update c.beds set id = a where id = b; end loop; end $$;

create function c.moved_and_removed(a int) returns void language plpgsql security definer set search_path = '' as $$ begin
  update c.beds set clinic = c.clinic() where id = a; delete from c.beds where clinic = c.clinic(); end $$;

create function c.moved_and_shown(a int) returns text language plpgsql security definer set search_path = '' as $$ begin
  update c.beds set clinic = c.clinic() where id = a; return (select note from c.beds where id = a and clinic = c.clinic()); end $$;

create function c.moved_in_sql(a int) returns text language sql security definer set search_path = '' as $$
  update c.bags set clinic = c.clinic() where id = a; select note from c.bags where clinic = c.clinic() order by id limit 1; $$;

create function c.moved_in_sql_and_removed(a int) returns void language sql security definer set search_path = '' as $$
  update c.bags set clinic = c.clinic() where id = a; delete from c.bags where clinic = c.clinic(); $$;

create function c.moved_by_a_stamp(a int) returns void language sql security definer set search_path = '' as $$
  update c.stamped set note = 'x' where id = a; delete from c.stamped where clinic = c.clinic(); $$;

create function c.moved_by_an_order(a int) returns void language sql security definer set search_path = '' as $$
  insert into c.orders values (a, c.clinic()); delete from c.bags where clinic = c.clinic(); $$;

create function c.not_as_it_was(a int, b int) returns text language plpgsql security definer set search_path = '' as $$ declare x text; y text; begin
  select note into x from c.beds where id = a and clinic = c.clinic(); update c.beds set note = 'new' where id = a and clinic = c.clinic();
  select note into y from c.beds where id = a and clinic = c.clinic(); if x <> y then return (select note from c.beds where id = b); end if; return null; end $$;

create table c.rooms (id int primary key, clinic text not null, note text); alter table c.rooms enable row level security;
create policy p on c.rooms using (clinic = c.clinic());
grant update on c.rooms to desk;
create function c.tell() returns trigger language plpgsql security definer set search_path = '' as $$ begin
  if old.id = new.id and (select note from c.rooms where id = new.id) <> old.note then update c.walls set note = 'x' where id = 1; end if; return new; end $$;
create table c.walls (id int primary key, clinic text not null, note text); revoke select on c.walls from desk;
create trigger tell after update on c.rooms for each row execute function c.tell();

create function c.changed_twice(a int) returns void language plpgsql security definer set search_path = '' as $$ begin
  if not exists (select from c.beds where id = a and clinic = c.clinic()) then return; end if;
  update c.beds set note = 'x' where id = a; update c.beds set note = note || 'y' where id = a; end $$;

create function c.changed_and_removed(a int) returns void language plpgsql security definer set search_path = '' as $$ declare whose text; begin
  select clinic into whose from c.beds where id = a; if whose is distinct from c.clinic() then raise exception 'not yours'; end if;
  update c.beds set note = 'gone' where id = a; delete from c.beds where id = a; end $$;

create function c.changed_and_shown(a int) returns text language sql security definer set search_path = '' as $$
  update c.bags set clinic = c.clinic() where id = a and clinic = c.clinic(); select note from c.bags where clinic = c.clinic() order by id limit 1; $$;

-- @seed
reset role;
insert into c.beds values (1,'b','kb'),(2,'a','ka'); insert into c.bags values (1,'b','kb'),(2,'a','ka'); insert into c.stamped values (1,'b','kb'),(2,'a','ka');
insert into c.rooms values (2,'a','ka'); insert into c.walls values (1,'b','kb');
