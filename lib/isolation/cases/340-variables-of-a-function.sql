-- case: 340-variables-of-a-function
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.shadowed(integer)
-- tenant: c.nested(integer)
-- tenant: c.failed(integer)
-- tenant: c.each(integer[])
-- tenant: c.last(integer[])
-- tenant: c.variable_first(integer)
-- tenant: c.own(integer[])
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.shadowed(integer) command=DELETE verdict=leaks
-- expect: table=c.nested(integer) command=DELETE verdict=leaks
-- expect: table=c.failed(integer) command=DELETE verdict=leaks
-- expect: table=c.each(integer[]) command=DELETE verdict=leaks
-- expect: table=c.last(integer[]) command=DELETE verdict=leaks
-- expect: table=c.variable_first(integer) command=DELETE verdict=leaks
-- expect: table=c.own(integer[]) command=DELETE verdict=isolated
-- why: what a block inside declares, an error leaves and a loop assigns is the value that the statement uses

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create function c.shadowed(k int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  declare k int := current_setting('app.clinic', true)::int; begin k := current_setting('app.clinic', true)::int; end;
  delete from visits where clinic = k;
end $$;
create function c.nested(k int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare
  x int;
begin
  x := k;
  declare y int := x; begin delete from visits where clinic = y; end;
end $$;
create function c.failed(k int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare
  x int := current_setting('app.clinic', true)::int;
begin
  begin x := k; perform 1 / 0; exception when others then null; end;
  delete from visits where clinic = x;
end $$;
create function c.each(k int[]) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare
  x int;
begin
  foreach x in array k loop delete from visits where clinic = x; end loop;
end $$;
create function c.last(k int[]) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare
  x int := current_setting('app.clinic', true)::int;
begin
  foreach x in array k loop null; end loop;
  delete from visits where clinic = x;
end $$;
create function c.variable_first(clinic int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
#variable_conflict use_variable
begin
  delete from visits where clinic = current_setting('app.clinic', true)::int;
end $$;
create function c.own(k int[]) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare
  x int;
begin
  foreach x in array k loop
    continue when x is distinct from current_setting('app.clinic', true)::int;
    delete from visits where clinic = x;
  end loop;
end $$;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.shadowed(integer) DELETE as=A :: select c.shadowed(2) ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.nested(integer) DELETE as=A :: select c.nested(2) ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.failed(integer) DELETE as=A :: select c.failed(2) ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.each(integer[]) DELETE as=A :: select c.each(array[2]) ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.last(integer[]) DELETE as=A :: select c.last(array[2]) ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.variable_first(integer) DELETE as=A :: select c.variable_first(1) ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.own(integer[]) DELETE as=A :: select c.own(array[2]) ;; owner> select not exists (select from c.visits where clinic = 2)
