-- case: 640-asked-beside-what-is-followed
-- threat: dml
-- null-tenant: foreign
-- tenant: c.scores.tenant
-- tenant: c.place_of(numeric)
-- tenant: c.share_below(numeric)
-- tenant: c.frame()
-- tenant: c.named_order()
-- tenant: c.between_words()
-- tenant: c.in_their_order()
-- tenant: c.part_of()
-- tenant: c.how_run()
-- tenant: c.how_run_each()
-- tenant: c.until_none()
-- tenant: c.kept_aside()
-- tenant: c.told_as_it_is()
-- tenant: c.put_as_it_is()
-- tenant: c.own_place(numeric)
-- tenant: c.own_until_none()
-- tenant: c.own_put_as_it_is()
-- tenant: c.own_frame()
-- principal: name=A tenant=1 role=case_app settings={"app.tenant":"1"}
-- principal: name=B tenant=2 role=case_app settings={"app.tenant":"2"}
-- expect: table=c.scores command=SELECT verdict=isolated
-- expect: table=c.place_of(numeric) command=SELECT verdict=leaks
-- expect: table=c.share_below(numeric) command=SELECT verdict=leaks
-- expect: table=c.frame() command=SELECT verdict=leaks
-- expect: table=c.named_order() command=SELECT verdict=leaks
-- expect: table=c.between_words() command=SELECT verdict=leaks
-- expect: table=c.in_their_order() command=SELECT verdict=leaks
-- expect: table=c.part_of() command=SELECT verdict=leaks
-- expect: table=c.how_run() command=SELECT verdict=leaks
-- expect: table=c.how_run_each() command=SELECT verdict=leaks
-- expect: table=c.until_none() command=SELECT verdict=leaks
-- expect: table=c.kept_aside() command=SELECT verdict=leaks
-- expect: table=c.told_as_it_is() command=SELECT verdict=leaks
-- expect: table=c.put_as_it_is() command=SELECT verdict=leaks
-- expect: table=c.own_place(numeric) command=SELECT verdict=isolated
-- expect: table=c.own_until_none() command=SELECT verdict=isolated
-- expect: table=c.own_put_as_it_is() command=SELECT verdict=isolated
-- expect: table=c.own_frame() command=SELECT verdict=isolated
-- why: sub-queries in frames, orders, bounds and further arguments, aggregates that ask for a place, EXPLAIN, conditions asked again, tables made meanwhile

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_app nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to case_app;
set role keeper;
create table c.scores (id int primary key, tenant int not null, name text not null, points numeric not null);
create table c.words (id int primary key, word text not null);
alter table c.scores enable row level security;
create policy own on c.scores using (tenant = current_setting('app.tenant')::int);
grant select on c.scores to case_app;
create function c.place_of(given numeric) returns text language sql security definer set search_path = c, pg_temp as $$ select rank(given) within group (order by points)::text from c.scores $$;
create function c.share_below(given numeric) returns text language sql security definer set search_path = c, pg_temp as $$ select cume_dist(given) within group (order by points)::text from c.scores $$;
create function c.frame() returns text language sql security definer set search_path = c, pg_temp as $$ select sum(id) over (order by id rows between current row and (select count(*) - 3 from c.scores) following)::text from c.words limit 1 $$;
create function c.named_order() returns text language sql security definer set search_path = c, pg_temp as $$ select row_number() over (order by (select count(*) from c.scores s where s.id = w.id + 2 and w.id = 1))::text from c.words w order by w.id limit 1 $$;
create function c.between_words() returns text language sql security definer set search_path = c, pg_temp as $$ select string_agg(word, (select s.name from c.scores s where s.id = 3)) from c.words $$;
create function c.in_their_order() returns text language sql security definer set search_path = c, pg_temp as $$ select string_agg(word, '' order by (select -s.id from c.scores s where s.id = w.id + 2)) from c.words w $$;
create function c.part_of() returns text language sql security definer set search_path = c, pg_temp as $$ select (array['a','b','c','d','e','f'])[2:(select count(*) from c.scores)]::text $$;
create function c.how_run() returns text language plpgsql security definer set search_path = c, pg_temp as $$ declare r json; begin execute 'explain (analyze, format json, timing off, summary off) select * from c.scores' into r; return r -> 0 -> 'Plan' ->> 'Actual Rows'; end $$;
create function c.how_run_each() returns text language plpgsql security definer set search_path = c, pg_temp as $$ declare r record; t text := ''; begin for r in explain (analyze, costs off, timing off, summary off) select 1 from c.scores loop t := t || r::text; end loop; return t; end $$;
create function c.until_none() returns text language plpgsql security definer set search_path = c, pg_temp as $$ declare n int := 0; begin while exists (select from c.scores s where s.id = n + 1) loop n := n + 1; end loop; return n; end $$;
create function c.kept_aside() returns text language plpgsql security definer set search_path = c, pg_temp as $$ begin create temp table aside on commit drop as select * from c.scores; return (select count(*) from aside); end $$;
create function c.told_as_it_is() returns text language plpgsql security definer set search_path = c, pg_temp as $$ begin return s.name from c.scores s where s.id = 3; end $$;
create function c.put_as_it_is() returns text language plpgsql security definer set search_path = c, pg_temp as $$ declare x text; begin x := s.name from c.scores s where s.id = 3; return x; end $$;
create function c.own_place(given numeric) returns text language sql security definer set search_path = c, pg_temp as $$ select rank(given) within group (order by points)::text from c.scores where tenant = current_setting('app.tenant')::int $$;
create function c.own_until_none() returns text language plpgsql security definer set search_path = c, pg_temp as $$ declare n int := 0; begin while exists (select from c.scores s where s.id = n + 1 and s.tenant = current_setting('app.tenant')::int) loop n := n + 1; end loop; return n; end $$;
create function c.own_put_as_it_is() returns text language plpgsql security definer set search_path = c, pg_temp as $$ declare x text; begin x := s.name from c.scores s where s.id = 3 and s.tenant = current_setting('app.tenant')::int; return x; end $$;
create function c.own_frame() returns text language sql security definer set search_path = c, pg_temp as $$ select sum(id) over (order by id rows between 1 preceding and current row)::text from c.words order by id limit 1 $$;
reset role;

-- @seed
insert into c.words values (1, 'x'), (2, 'y'), (3, 'z');
insert into c.scores values (1, 1, 'Al', 1), (2, 1, 'An', 2), (3, 2, 'Bo', 0.5), (4, 2, 'Bea', 10), (5, 2, 'Bix', 20);

-- check: c.scores SELECT as=A :: select count(*) > 0 from c.scores where tenant = 2
-- check: c.place_of(numeric) SELECT as=A :: select c.place_of(1.5) = '3'
-- check: c.share_below(numeric) SELECT as=A :: select c.share_below(1.5) = '0.5'
-- check: c.frame() SELECT as=A :: select c.frame() = '6'
-- check: c.named_order() SELECT as=A :: select c.named_order() = '3'
-- check: c.between_words() SELECT as=A :: select c.between_words() like '%Bo%'
-- check: c.in_their_order() SELECT as=A :: select c.in_their_order() = 'zyx'
-- check: c.part_of() SELECT as=A :: select c.part_of() = '{b,c,d,e}'
-- check: c.how_run() SELECT as=A :: select c.how_run()::numeric = 5
-- check: c.how_run_each() SELECT as=A :: select c.how_run_each() ~ 'rows=5'
-- check: c.until_none() SELECT as=A :: select c.until_none() = '5'
-- check: c.kept_aside() SELECT as=A :: select c.kept_aside() = '5'
-- check: c.told_as_it_is() SELECT as=A :: select c.told_as_it_is() = 'Bo'
-- check: c.put_as_it_is() SELECT as=A :: select c.put_as_it_is() = 'Bo'
-- check: c.own_place(numeric) SELECT as=A :: select c.own_place(1.5) <> '2'
-- check: c.own_until_none() SELECT as=A :: select c.own_until_none() <> '2'
-- check: c.own_put_as_it_is() SELECT as=A :: select c.own_put_as_it_is() is not null
-- check: c.own_frame() SELECT as=A :: select c.own_frame() <> '1'
