-- case: 345-odd-corners-of-a-select
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.beside_a_date()
-- tenant: c.sampled()
-- tenant: c.counted()
-- tenant: c.in_xml()
-- tenant: c.collated()
-- tenant: c.over_a_window()
-- tenant: c.grouped()
-- tenant: c.from_xml()
-- tenant: c.two_functions()
-- tenant: c.own_and_a_date()
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.beside_a_date() command=SELECT verdict=leaks
-- expect: table=c.sampled() command=SELECT verdict=leaks
-- expect: table=c.counted() command=SELECT verdict=leaks
-- expect: table=c.in_xml() command=SELECT verdict=leaks
-- expect: table=c.collated() command=SELECT verdict=leaks
-- expect: table=c.over_a_window() command=SELECT verdict=leaks
-- expect: table=c.grouped() command=SELECT verdict=leaks
-- expect: table=c.from_xml() command=SELECT verdict=leaks
-- expect: table=c.two_functions() command=SELECT verdict=leaks
-- expect: table=c.own_and_a_date() command=SELECT verdict=isolated
-- why: what stands beside the rows of a SELECT reads as well, and what is not followed may have

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create function c.beside_a_date() returns setof text language sql security definer set search_path = c, pg_temp as $$ select v.note from visits v, current_date d $$;
create function c.sampled() returns setof text language sql security definer set search_path = c, pg_temp as $$ select note from visits tablesample system (100) $$;
create function c.counted() returns setof text language sql security definer set search_path = c, pg_temp as $$ select i::text from generate_series(1, 9) i limit (select count(*) from visits) $$;
create function c.in_xml() returns setof text language sql security definer set search_path = c, pg_temp as $$ select xmlelement(name a, (select string_agg(note, ',') from visits))::text $$;
create function c.collated() returns setof text language sql security definer set search_path = c, pg_temp as $$ select (select string_agg(note, ',') from visits) collate "POSIX" $$;
create function c.over_a_window() returns setof text language sql security definer set search_path = c, pg_temp as $$ select first_value((select max(note) from visits)) over () from (values (1)) v $$;
create function c.grouped() returns setof text language sql security definer set search_path = c, pg_temp as $$ select 'there' from (values (1)) v (i) group by i having exists (select from visits where note = 'bob') $$;
create function c.from_xml() returns setof text language sql security definer set search_path = c, pg_temp as $$ select x from xmltable('/a/b' passing (select xmlelement(name a, xmlagg(xmlelement(name b, note))) from visits) columns x text path '.') $$;
create function c.all_notes() returns setof text language sql security definer set search_path = c, pg_temp as $$ select note from visits order by note desc $$;
revoke execute on function c.all_notes() from public;
create function c.two_functions() returns setof text language sql security definer set search_path = c, pg_temp as $$ select b from rows from (generate_series(1, 1), c.all_notes()) as x (a, b) $$;
create function c.own_and_a_date() returns setof text language sql security definer set search_path = c, pg_temp as $$ select v.note from visits v, current_date d where v.clinic = current_setting('app.clinic', true)::int $$;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.beside_a_date() SELECT as=A :: select bool_or(f like '%bob%') from c.beside_a_date() f
-- check: c.sampled() SELECT as=A :: select bool_or(f like '%bob%') from c.sampled() f
-- check: c.counted() SELECT as=A :: select count(*) = 4 from c.counted()
-- check: c.in_xml() SELECT as=A :: select bool_or(f like '%bob%') from c.in_xml() f
-- check: c.collated() SELECT as=A :: select bool_or(f like '%bob%') from c.collated() f
-- check: c.over_a_window() SELECT as=A :: select bool_or(f like '%bob%') from c.over_a_window() f
-- check: c.grouped() SELECT as=A :: select count(*) = 1 from c.grouped()
-- check: c.from_xml() SELECT as=A :: select bool_or(f like '%bob%') from c.from_xml() f
-- check: c.two_functions() SELECT as=A :: select bool_or(f = 'bob') from c.two_functions() f
-- check: c.own_and_a_date() SELECT as=A :: select bool_or(f like '%bob%') from c.own_and_a_date() f
