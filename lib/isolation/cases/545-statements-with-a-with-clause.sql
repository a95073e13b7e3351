-- case: 545-statements-with-a-with-clause
-- threat: dml
-- null-tenant: foreign
-- tenant: c.tickets.desk
-- tenant: c.archive.desk
-- tenant: c.keep_closed()
-- tenant: c.keep_all_closed()
-- tenant: c.hand_over(integer)
-- tenant: c.hand_over_anything(integer)
-- tenant: c.close_named(text)
-- tenant: c.close_some(boolean)
-- tenant: c.retitled()
-- principal: name=A tenant=1 role=agent settings={"desk.id":"1"}
-- principal: name=B tenant=2 role=agent settings={"desk.id":"2"}
-- expect: table=c.tickets command=SELECT verdict=isolated
-- expect: table=c.archive command=SELECT verdict=isolated
-- expect: table=c.keep_closed() command=DELETE verdict=isolated
-- expect: table=c.keep_closed() command=INSERT verdict=isolated
-- expect: table=c.keep_all_closed() command=DELETE verdict=leaks
-- expect: table=c.keep_all_closed() command=INSERT verdict=isolated
-- expect: table=c.hand_over(integer) command=UPDATE verdict=isolated
-- expect: table=c.hand_over_anything(integer) command=UPDATE verdict=leaks
-- expect: table=c.close_named(text) command=UPDATE verdict=leaks
-- expect: table=c.close_some(boolean) command=DELETE verdict=isolated
-- expect: table=c.close_some(boolean) command=INSERT verdict=isolated
-- expect: table=c.retitled() command=INSERT verdict=leaks
-- why: what a data-modifying query returns is what the rest of the statement goes on with

do $$ declare r text; begin
  foreach r in array array['desk_owner', 'agent'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema c authorization desk_owner; grant usage on schema c to agent;
set role desk_owner;
create table c.tickets (id int primary key, desk int not null, subject text not null, open boolean not null default false);
create table c.archive (id int primary key, desk int not null, subject text not null);
create function c.stray() returns trigger language plpgsql as $$ begin new.desk := case when new.subject = 'stray' then 2 else new.desk end; return new; end $$;
create trigger stray before update on c.tickets for each row execute function c.stray();
alter table c.tickets enable row level security; alter table c.archive enable row level security;
create policy d on c.tickets for select using (desk = current_setting('desk.id')::int);
create policy d on c.archive for select using (desk = current_setting('desk.id')::int);
create function c.keep_closed() returns bigint language sql security definer set search_path = c, pg_temp as $$
  with gone as (delete from tickets t where not t.open and t.desk = current_setting('desk.id')::int returning t.id, t.desk, t.subject),
    kept as (insert into archive select g.id, g.desk, g.subject from gone g on conflict (id) do nothing returning id)
  select count(*) from kept
$$;
create function c.keep_all_closed() returns void language sql security definer set search_path = c, pg_temp as $$
  with gone as (delete from tickets t where not t.open returning t.*)
  insert into archive select g.id, g.desk, g.subject from gone g where g.desk = current_setting('desk.id')::int
$$;
create function c.hand_over(p int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  with mine as (select t.id from tickets t where t.id = p and t.desk = current_setting('desk.id')::int)
  update archive a set subject = 'handed over' from mine where a.id = mine.id and a.desk = current_setting('desk.id')::int;
end $$;
create function c.hand_over_anything(p int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  with mine as (select t.id from tickets t where t.desk = current_setting('desk.id')::int)
  update archive a set subject = 'handed over' from mine where a.id = p;
end $$;
create function c.close_named(p text) returns void language sql security definer set search_path = c, pg_temp as $$
  with archive as (select t.id, t.desk from tickets t)
  update tickets t set open = false from archive a where a.id = t.id and t.subject = p
$$;
create function c.close_some(really boolean) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  if really is distinct from true then return; end if;
  if exists (select 1 from tickets where desk <> current_setting('desk.id')::int and false) then
    with gone as (delete from tickets returning *) insert into archive select id, desk, subject from gone;
  end if;
  with gone as (delete from tickets where desk = current_setting('desk.id')::int and open returning id, desk as whose)
  insert into archive select gone.id, gone.whose, 'closed' from gone on conflict do nothing;
end $$;
create function c.retitled() returns void language sql security definer set search_path = c, pg_temp as $$
  with told as (update tickets t set subject = t.subject where t.desk = current_setting('desk.id')::int returning t.id, t.desk)
  insert into archive select told.id + 100, told.desk, 'told' from told
$$;
revoke execute on all functions in schema c from public;
grant execute on all functions in schema c to agent;
grant select on c.tickets, c.archive to agent;
reset role;

-- @seed
set session_replication_role = replica;
insert into c.tickets values (1,1,'a',false),(2,2,'b',false),(3,1,'c',true),(4,2,'d',true),(5,1,'stray',true);
insert into c.archive values (8,1,'x'),(9,2,'y'),(2,2,'z');
reset session_replication_role;
-- check: c.keep_closed() DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.tickets rw where coalesce(rw.desk::text not in ('1'), true)), '') as h ;; select c.keep_closed() ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.tickets rw where coalesce(rw.desk::text not in ('1'), true)), '') from z
-- check: c.keep_closed() INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') as h ;; select c.keep_closed() ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') from z
-- check: c.keep_all_closed() DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.tickets rw where coalesce(rw.desk::text not in ('1'), true)), '') as h ;; select c.keep_all_closed() ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.tickets rw where coalesce(rw.desk::text not in ('1'), true)), '') from z
-- check: c.keep_all_closed() INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') as h ;; select c.keep_all_closed() ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') from z
-- check: c.hand_over(integer) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') as h ;; select c.hand_over(2) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') from z
-- check: c.hand_over_anything(integer) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') as h ;; select c.hand_over_anything(9) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') from z
-- check: c.close_named(text) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.tickets rw where coalesce(rw.desk::text not in ('1'), true)), '') as h ;; select c.close_named('d') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.tickets rw where coalesce(rw.desk::text not in ('1'), true)), '') from z
-- check: c.close_some(boolean) DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.tickets rw where coalesce(rw.desk::text not in ('1'), true)), '') as h ;; select c.close_some(true) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.tickets rw where coalesce(rw.desk::text not in ('1'), true)), '') from z
-- check: c.close_some(boolean) INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') as h ;; select c.close_some(true) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') from z
-- check: c.retitled() INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') as h ;; select c.retitled() ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.archive rw where coalesce(rw.desk::text not in ('1'), true)), '') from z

-- check: c.tickets SELECT as=A :: select count(*) > 0 from c.tickets rw where coalesce(rw.desk::text not in ('1'), true)
-- check: c.tickets SELECT as=B :: select count(*) > 0 from c.tickets rw where coalesce(rw.desk::text not in ('2'), true)
-- check: c.archive SELECT as=A :: select count(*) > 0 from c.archive rw where coalesce(rw.desk::text not in ('1'), true)
-- check: c.archive SELECT as=B :: select count(*) > 0 from c.archive rw where coalesce(rw.desk::text not in ('2'), true)
