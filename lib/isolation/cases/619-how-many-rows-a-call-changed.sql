-- case: 619-how-many-rows-a-call-changed
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.touch(integer).clinic
-- tenant: c.count_removed(integer).clinic
-- tenant: c.touch_own(integer).clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.touch(integer) command=SELECT verdict=leaks
-- expect: table=c.touch(integer) command=UPDATE verdict=leaks
-- expect: table=c.count_removed(integer) command=SELECT verdict=leaks
-- expect: table=c.count_removed(integer) command=DELETE verdict=leaks
-- expect: table=c.touch_own(integer) command=SELECT verdict=isolated
-- expect: table=c.touch_own(integer) command=UPDATE verdict=isolated
-- why: a function that says whether a statement found a row says that the row is there

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id int primary key, clinic int not null, seen boolean);
alter table c.notes enable row level security;
create policy own on c.notes using (clinic = current_setting('app.clinic')::int);
create function c.touch(k int) returns boolean language plpgsql security definer as $f$
begin update c.notes set seen = true where id = k; return found; end $f$;
create function c.count_removed(k int) returns bigint language plpgsql security definer as $f$
declare n bigint;
begin delete from c.notes where id = k; get diagnostics n = row_count; return n; end $f$;
create function c.touch_own(k int) returns boolean language plpgsql security definer as $f$
begin update c.notes set seen = true where id = k and clinic = current_setting('app.clinic')::int; return found; end $f$;
reset role;

-- @seed
insert into c.notes values (1, 1), (2, 2);

-- check: c.touch(integer) SELECT as=A :: select c.touch(2)
-- check: c.touch(integer) UPDATE as=A :: select c.touch(2)
-- check: c.count_removed(integer) SELECT as=A :: select c.count_removed(2) = 1
-- check: c.count_removed(integer) DELETE as=A :: select c.count_removed(2) = 1
-- check: c.touch_own(integer) SELECT as=A :: select c.touch_own(2)
-- check: c.touch_own(integer) UPDATE as=A :: select c.touch_own(2)
