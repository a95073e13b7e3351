-- case: 343-what-a-function-reads
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.returned(integer)
-- tenant: c.returned_plain(integer)
-- tenant: c.copied()
-- tenant: c.while_there(text)
-- tenant: c.each_of()
-- tenant: c.record_default()
-- tenant: c.added(text)
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.returned(integer) command=SELECT verdict=leaks
-- expect: table=c.returned_plain(integer) command=SELECT verdict=leaks
-- expect: table=c.copied() command=SELECT verdict=leaks
-- expect: table=c.while_there(text) command=SELECT verdict=leaks
-- expect: table=c.each_of() command=SELECT verdict=leaks
-- expect: table=c.record_default() command=SELECT verdict=leaks
-- expect: table=c.added(text) command=SELECT verdict=isolated
-- why: values of other rows come out by RETURNING, conditions of loops, records and copies

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create function c.returned(k int) returns text language plpgsql security definer set search_path = c, pg_temp as $$
declare
  n text;
begin
  update visits set note = note where id = k returning note into n;
  return n;
end $$;
create function c.returned_plain(k int) returns text language sql security definer set search_path = c, pg_temp as $$ update visits set note = note where id = k returning note $$;
create function c.copied() returns setof text language sql security definer set search_path = c, pg_temp as $$ insert into visits select id + 100, current_setting('app.clinic', true)::int, note from visits where clinic <> current_setting('app.clinic', true)::int returning note $$;
create function c.while_there(q text) returns int language plpgsql security definer set search_path = c, pg_temp as $$
declare
  n int := 0;
begin
  while n < 1 and exists (select from visits where note = q) loop n := n + 1; end loop;
  return n;
end $$;
create function c.each_of() returns text language plpgsql security definer set search_path = c, pg_temp as $$
declare
  x text; o text := '';
begin
  foreach x in array (select array_agg(note) from visits) loop o := o || x; end loop;
  return o;
end $$;
create function c.record_default() returns text language plpgsql security definer set search_path = c, pg_temp as $$
declare
  r c.visits := (select v from visits v order by note desc limit 1);
begin
  return r.note;
end $$;
create function c.added(n text) returns int language sql security definer set search_path = c, pg_temp as $$ insert into visits values (1000 + length(n), current_setting('app.clinic', true)::int, n) returning id $$;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.returned(integer) SELECT as=A :: select c.returned(3) is not null
-- check: c.returned_plain(integer) SELECT as=A :: select c.returned_plain(3) is not null
-- check: c.copied() SELECT as=A :: select bool_or(n = 'bob') from c.copied() n
-- check: c.while_there(text) SELECT as=A :: select c.while_there('bob') = 1
-- check: c.each_of() SELECT as=A :: select c.each_of() like '%bob%'
-- check: c.record_default() SELECT as=A :: select c.record_default() = 'bob'
-- check: c.added(text) SELECT as=A :: select c.added('x') is null
