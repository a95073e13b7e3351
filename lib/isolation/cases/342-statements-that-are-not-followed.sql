-- case: 342-statements-that-are-not-followed
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.calls()
-- tenant: c.with_writer()
-- tenant: c.with_writer_first()
-- tenant: c.fetches()
-- tenant: c.each_dynamic()
-- tenant: c.hands_out(refcursor)
-- tenant: c.as_document()
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.calls() command=DELETE verdict=leaks
-- expect: table=c.with_writer() command=DELETE verdict=leaks
-- expect: table=c.with_writer_first() command=DELETE verdict=leaks
-- expect: table=c.fetches() command=SELECT verdict=leaks
-- expect: table=c.each_dynamic() command=SELECT verdict=leaks
-- expect: table=c.hands_out(refcursor) command=SELECT verdict=leaks
-- expect: table=c.as_document() command=SELECT verdict=leaks
-- why: a body that is not understood may have done anything

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create procedure c.wipe_all() language sql security definer set search_path = c, pg_temp as $$ delete from visits $$;
revoke execute on procedure c.wipe_all() from public;
create function c.calls() returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  call wipe_all();
end $$;
create function c.with_writer() returns bigint language sql security definer set search_path = c, pg_temp as $$ with d as (delete from visits returning id) select count(*) from d $$;
create table c.notes (note text);
alter table c.notes enable row level security;
create function c.with_writer_first() returns void language sql security definer set search_path = c, pg_temp as $$ with d as (delete from visits returning note) insert into notes select note from d $$;
create function c.fetches() returns text language plpgsql security definer set search_path = c, pg_temp as $$
declare
  k refcursor; r record;
begin
  open k for select * from visits order by note desc;
  fetch k into r;
  return r.note;
end $$;
create function c.each_dynamic() returns text language plpgsql security definer set search_path = c, pg_temp as $$
declare
  r record; o text := '';
begin
  for r in execute 'select * from visits' loop o := o || r.note; end loop;
  return o;
end $$;
create function c.hands_out(k refcursor) returns refcursor language plpgsql security definer set search_path = c, pg_temp as $$
begin
  open k for select * from visits;
  return k;
end $$;
create function c.as_document() returns xml language sql security definer set search_path = c, pg_temp as $$ select table_to_xml('c.visits', true, false, '') $$;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.calls() DELETE as=A :: select c.calls() ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.with_writer() DELETE as=A :: select c.with_writer() ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.with_writer_first() DELETE as=A :: select c.with_writer_first() ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.fetches() SELECT as=A :: select c.fetches() = 'bob'
-- check: c.each_dynamic() SELECT as=A :: select c.each_dynamic() like '%bob%'
-- check: c.hands_out(refcursor) SELECT as=A :: select c.hands_out('k') ;; select cursor_to_xml('k', 9, true, false, '')::text like '%bob%'
-- check: c.as_document() SELECT as=A :: select c.as_document()::text like '%bob%'
