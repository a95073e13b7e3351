-- case: 546-relation-chosen-at-run-time
-- threat: dml
-- null-tenant: foreign
-- tenant: c.rooms.studio
-- tenant: c.hours.studio
-- tenant: c.remark_on(text,integer,text)
-- tenant: c.remark_on_own(text,integer,text)
-- tenant: c.remarks_of(text).studio
-- tenant: c.remarks_of_own(text).studio
-- tenant: c.drop_from(text)
-- tenant: c.drop_own_from(text)
-- tenant: c.drop_all_own_from(text)
-- principal: name=A tenant=5 role=front settings={"app.studio":"5"}
-- principal: name=B tenant=6 role=front settings={"app.studio":"6"}
-- expect: table=c.rooms command=SELECT verdict=isolated
-- expect: table=c.rooms command=INSERT verdict=isolated
-- expect: table=c.rooms command=UPDATE verdict=isolated
-- expect: table=c.hours command=SELECT verdict=isolated
-- expect: table=c.remark_on(text,integer,text) command=UPDATE verdict=leaks
-- expect: table=c.remark_on_own(text,integer,text) command=UPDATE verdict=isolated
-- expect: table=c.remarks_of(text) command=SELECT verdict=leaks
-- expect: table=c.remarks_of_own(text) command=SELECT verdict=isolated
-- expect: table=c.drop_from(text) command=DELETE verdict=leaks
-- expect: table=c.drop_own_from(text) command=DELETE verdict=isolated
-- expect: table=c.drop_all_own_from(text) command=DELETE verdict=leaks
-- why: a name that is chosen may be any relation of its schema; one of them is a view that says of every row that it is one's own

do $$ declare r text; begin
  foreach r in array array['studio_owner', 'front'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema c authorization studio_owner; grant usage on schema c to front;
set role studio_owner;
create table c.rooms (id int primary key, studio int not null, remark text);
create table c.hours (id int primary key, studio int not null, remark text);
create view c.everything as select h.id, current_setting('app.studio')::int as studio, h.remark from c.hours h;
alter table c.rooms enable row level security; alter table c.hours enable row level security;
create policy p on c.rooms using (studio = current_setting('app.studio')::int);
create policy p on c.hours for select using (studio = current_setting('app.studio')::int);
create function c.remark_on(p_table text, p_id int, p_remark text) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  if p_table not in ('rooms', 'hours') then raise exception 'no such table: %', p_table; end if;
  execute format('update c.%I set remark = %L where id = %s', p_table, p_remark, p_id);
end $$;
create function c.remark_on_own(p_table text, p_id int, p_remark text) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  if p_table = 'everything' then return; end if;
  execute format('update c.%I set remark = $1 where id = $2 and studio = %L', p_table, current_setting('app.studio')) using p_remark, p_id;
exception when others then
  raise warning 'not done: %', sqlerrm;
end $$;
create function c.remarks_of(p_table text) returns table (studio int, remark text) language plpgsql stable security definer set search_path = c, pg_temp as $$
begin
  return query execute format('select studio, remark from c.%I where studio = $1', p_table) using current_setting('app.studio')::int;
  return query execute format('select 6, remark from c.%I where studio = $1', p_table) using current_setting('app.studio')::int;
end $$;
create function c.remarks_of_own(p_table text) returns table (studio int, remark text) language plpgsql stable security definer set search_path = c, pg_temp as $$
begin
  if p_table = 'everything' or p_table is null then return; end if;
  return query execute format('select studio, remark from c.%I where studio = $1', p_table) using current_setting('app.studio')::int;
end $$;
create function c.drop_from(p_table text) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  if p_table = 'everything' then return; end if;
  execute format('delete from c.%I where studio = $1 or id > 100', p_table) using current_setting('app.studio')::int;
end $$;
create function c.drop_own_from(p_table text) returns int language plpgsql security definer set search_path = c, pg_temp as $$
declare n int;
begin
  if p_table <> all (array['rooms', 'hours']) then return 0; end if;
  execute format('delete from c.%I where studio = $1', p_table) using current_setting('app.studio')::int;
  get diagnostics n = row_count;
  return n;
end $$;
create function c.drop_all_own_from(p_table text) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  execute format('delete from c.%I where studio = $1', p_table) using current_setting('app.studio')::int;
end $$;
revoke execute on all functions in schema c from public;
grant execute on all functions in schema c to front;
grant select, insert, update on c.rooms to front; grant select on c.hours to front;
reset role;

-- @seed
insert into c.rooms values (1,5,'a'),(2,6,'b'); insert into c.hours values (1,5,'c'),(2,6,'d'),(102,6,'e');
-- check: c.remark_on(text,integer,text) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.hours rw where coalesce(rw.studio::text not in ('5'), true)), '') as h ;; select c.remark_on('hours', 2, 'zz') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.hours rw where coalesce(rw.studio::text not in ('5'), true)), '') from z
-- check: c.remark_on_own(text,integer,text) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.hours rw where coalesce(rw.studio::text not in ('5'), true)), '') as h ;; select c.remark_on_own('hours', 2, 'zz') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.hours rw where coalesce(rw.studio::text not in ('5'), true)), '') from z
-- check: c.remarks_of(text) SELECT as=A :: select count(*) > 0 from c.remarks_of('everything') where remark = 'd'
-- check: c.remarks_of_own(text) SELECT as=A :: select count(*) > 0 from c.remarks_of_own('hours') where studio <> 5
-- check: c.drop_from(text) DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.hours rw where coalesce(rw.studio::text not in ('5'), true)), '') as h ;; select c.drop_from('hours') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.hours rw where coalesce(rw.studio::text not in ('5'), true)), '') from z
-- check: c.drop_own_from(text) DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.hours rw where coalesce(rw.studio::text not in ('5'), true)), '') as h ;; select c.drop_own_from('hours') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.hours rw where coalesce(rw.studio::text not in ('5'), true)), '') from z
-- check: c.drop_all_own_from(text) DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.hours rw where coalesce(rw.studio::text not in ('5'), true)), '') as h ;; select c.drop_all_own_from('everything') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.hours rw where coalesce(rw.studio::text not in ('5'), true)), '') from z

-- check: c.rooms SELECT as=A :: select count(*) > 0 from c.rooms rw where coalesce(rw.studio::text not in ('5'), true)
-- check: c.rooms SELECT as=B :: select count(*) > 0 from c.rooms rw where coalesce(rw.studio::text not in ('6'), true)
-- check: c.rooms INSERT as=A :: owner> select false
-- check: c.rooms INSERT as=B :: owner> select false
-- check: c.rooms UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.rooms rw where coalesce(rw.studio::text not in ('5'), true)), '') as h ;; try> update c.rooms set studio = studio ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.rooms rw where coalesce(rw.studio::text not in ('5'), true)), '') from z
-- check: c.rooms UPDATE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.rooms rw where coalesce(rw.studio::text not in ('6'), true)), '') as h ;; try> update c.rooms set studio = studio ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.rooms rw where coalesce(rw.studio::text not in ('6'), true)), '') from z
-- check: c.hours SELECT as=A :: select count(*) > 0 from c.hours rw where coalesce(rw.studio::text not in ('5'), true)
-- check: c.hours SELECT as=B :: select count(*) > 0 from c.hours rw where coalesce(rw.studio::text not in ('6'), true)
