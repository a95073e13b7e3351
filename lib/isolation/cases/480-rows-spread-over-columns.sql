-- case: 480-rows-spread-over-columns
-- threat: dml
-- null-tenant: foreign
-- tenant: c.totals().t
-- tenant: c.each_line(text)
-- tenant: c.pour_one(jsonb)
-- tenant: c.pour(jsonb)
-- tenant: c.kept.t
-- tenant: c.copy.t
-- tenant: c.log.t
-- tenant: c.crate.t
-- principal: name=A tenant=1 role=desk settings={"app.t":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.t":"2"}
-- why: `*`, `row.*` and functions that return rows give as many columns as they have
-- expect: table=c.crate command=SELECT verdict=isolated
-- expect: table=c.crate command=INSERT verdict=isolated
-- expect: table=c.log command=SELECT verdict=isolated
-- expect: table=c.log command=INSERT verdict=leaks
-- expect: table=c.copy command=SELECT verdict=isolated
-- expect: table=c.copy command=INSERT verdict=leaks
-- expect: table=c.kept command=SELECT verdict=isolated
-- expect: table=c.kept command=INSERT verdict=isolated
-- expect: table=c.pour(jsonb) command=INSERT verdict=leaks
-- expect: table=c.pour_one(jsonb) command=INSERT verdict=leaks
-- expect: table=c.each_line(text) command=SELECT verdict=leaks
-- expect: table=c.totals() command=SELECT verdict=isolated

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper; grant usage on schema c to desk;
set role keeper;
create table c.crate (n int not null default 0, id int primary key, t int not null default nullif(current_setting('app.t', true), '')::int);
create table c.log (t int not null default nullif(current_setting('app.t', true), '')::int, id int, of int default 1);
create table c.copy (t int not null default nullif(current_setting('app.t', true), '')::int, id int, of int default 1);
create table c.kept (n int not null, id int, t int not null);
alter table c.crate enable row level security; alter table c.log enable row level security; alter table c.copy enable row level security; alter table c.kept enable row level security;
create policy p on c.crate using (t = nullif(current_setting('app.t', true), '')::int);
create policy p on c.log for select using (t = nullif(current_setting('app.t', true), '')::int);
create policy p on c.copy for select using (t = nullif(current_setting('app.t', true), '')::int);
create policy p on c.kept for select using (t = nullif(current_setting('app.t', true), '')::int);
create function c.spread() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$
begin
  insert into log values (new.*);
  insert into copy select new.*;
  insert into kept select x.* from (select new.*) x;
  return null;
end $$;
create trigger spread after insert on c.crate for each row execute function c.spread();
create function c.pour(rows jsonb) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare item jsonb;
begin
  for item in select value from jsonb_array_elements(rows) loop
    insert into crate select * from jsonb_populate_record(null::crate, jsonb_build_object('n', 1) || item);
  end loop;
end $$;
create function c.pour_one(item jsonb) returns void language sql security definer set search_path = c, pg_temp as $$
  insert into crate select (jsonb_populate_record(null::crate, jsonb_build_object('n', 1) || item)).* $$;
create function c.each_line(said text) returns setof int language sql stable security definer set search_path = c, pg_temp as $$
  select t from crate where t = nullif(current_setting('app.t', true), '')::int or not exists (select from regexp_matches(said, '[0-9]+', 'g')) $$;
create function c.totals() returns table (n int, id int, t int, many bigint) language sql stable security definer set search_path = c, pg_temp as $$
  select b.*, count(*) from crate b where b.t = nullif(current_setting('app.t', true), '')::int group by b.id $$;
revoke all on all functions in schema c from public; grant execute on all functions in schema c to desk;
grant select, insert on c.crate to desk; grant select on c.log, c.copy, c.kept to desk;
reset role;

-- @seed
alter table c.crate disable trigger spread;
insert into c.crate values (1,1,1),(1,2,2); insert into c.log values (1,1),(2,2); insert into c.copy values (1,1),(2,2); insert into c.kept values (1,1,1),(1,2,2);
alter table c.crate enable trigger spread;

-- check: c.pour(jsonb) INSERT as=A :: select c.pour('[{"t":2,"id":9}]') ;; owner> select count(*) > 0 from c.crate where t = 2 and id = 9
-- check: c.pour_one(jsonb) INSERT as=A :: select c.pour_one('{"t":2,"id":9}') ;; owner> select count(*) > 0 from c.crate where t = 2 and id = 9
-- check: c.each_line(text) SELECT as=A :: select count(*) > 0 from c.each_line('nothing') where each_line = 2
-- check: c.totals() SELECT as=A :: select count(*) > 0 from c.totals() where t = 2
-- check: c.crate INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.crate rw where coalesce(rw.t::text not in ('1'), true)), '') as h ;; insert into c.crate values (9,1,2) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.crate rw where coalesce(rw.t::text not in ('1'), true)), '') from z
-- check: c.log INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.log rw where coalesce(rw.t::text not in ('1'), true)), '') as h ;; insert into c.crate values (2,9,1) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.log rw where coalesce(rw.t::text not in ('1'), true)), '') from z
-- check: c.copy INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.copy rw where coalesce(rw.t::text not in ('1'), true)), '') as h ;; insert into c.crate values (2,9,1) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.copy rw where coalesce(rw.t::text not in ('1'), true)), '') from z
-- check: c.kept INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.kept rw where coalesce(rw.t::text not in ('1'), true)), '') as h ;; insert into c.crate values (2,9,1) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.kept rw where coalesce(rw.t::text not in ('1'), true)), '') from z
-- check: c.crate SELECT as=A :: select count(*) > 0 from c.crate rw where coalesce(rw.t::text not in ('1'), true)
-- check: c.crate SELECT as=B :: select count(*) > 0 from c.crate rw where coalesce(rw.t::text not in ('2'), true)
-- check: c.log SELECT as=A :: select count(*) > 0 from c.log rw where coalesce(rw.t::text not in ('1'), true)
-- check: c.log SELECT as=B :: select count(*) > 0 from c.log rw where coalesce(rw.t::text not in ('2'), true)
-- check: c.copy SELECT as=A :: select count(*) > 0 from c.copy rw where coalesce(rw.t::text not in ('1'), true)
-- check: c.copy SELECT as=B :: select count(*) > 0 from c.copy rw where coalesce(rw.t::text not in ('2'), true)
-- check: c.kept SELECT as=A :: select count(*) > 0 from c.kept rw where coalesce(rw.t::text not in ('1'), true)
-- check: c.kept SELECT as=B :: select count(*) > 0 from c.kept rw where coalesce(rw.t::text not in ('2'), true)
