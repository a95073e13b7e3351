-- case: 671-two-rows-of-any
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.tags.clinic
-- tenant: c.f_arr().clinic
-- tenant: c.f_agg().clinic
-- tenant: c.f_cte().clinic
-- tenant: c.f_ctearr().clinic
-- tenant: c.f_sub().clinic
-- tenant: c.f_cont().clinic
-- tenant: c.f_contd().clinic
-- tenant: c.f_within().clinic
-- tenant: c.f_two().clinic
-- tenant: c.f_minmax().clinic
-- tenant: c.f_boolor().clinic
-- tenant: c.f_boolno().clinic
-- tenant: c.f_loop().clinic
-- tenant: c.f_unn().clinic
-- tenant: c.f_unnj().clinic
-- tenant: c.f_rem().clinic
-- tenant: c.f_rem2().clinic
-- tenant: c.f_str().clinic
-- tenant: c.f_json().clinic
-- tenant: c.f_dist().clinic
-- tenant: c.f_grp().clinic
-- tenant: c.f_card().clinic
-- tenant: c.f_win().clinic
-- tenant: c.f_all().clinic
-- tenant: c.f_some().clinic
-- principal: name=A tenant=a role=desk settings={"app.clinic":"a"}
-- principal: name=B tenant=b role=desk settings={"app.clinic":"b"}
-- expect: table=c.f_arr() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_agg() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_cte() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_ctearr() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_sub() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_cont() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_contd() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_within() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_two() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_minmax() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_boolor() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_boolno() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_loop() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_unn() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_unnj() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_rem() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_rem2() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_str() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_json() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_dist() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_grp() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_card() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_win() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_all() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_some() command=SELECT verdict=leaks
-- why: two rows are there

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id int primary key, clinic text not null);
create table c.tags (id int primary key, clinic text not null, n int not null, kind text not null default 'x');
alter table c.notes enable row level security;
create policy own on c.notes using (clinic = current_setting('app.clinic'));
alter table c.tags enable row level security;
create policy own on c.tags using (clinic = current_setting('app.clinic'));
create function c.f_arr() returns table (id int, clinic text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $f$ declare l int[] := array(select t.n from c.tags t where t.clinic = current_setting('app.clinic')); begin if 1 = any(l) and 2 = any(l) then return query select n.id, n.clinic from c.notes n; end if; end $f$;
create function c.f_agg() returns table (id int, clinic text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $f$ declare l int[]; begin select array_agg(t.n) into l from c.tags t where t.clinic = current_setting('app.clinic'); if 1 = any(l) and 2 = any(l) then return query select n.id, n.clinic from c.notes n; end if; end $f$;
create function c.f_cte() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ with l as materialized (select t.n from c.tags t where t.clinic = current_setting('app.clinic')) select n.id, n.clinic from c.notes n where exists (select from l where l.n = 1) and exists (select from l where l.n = 2) $f$;
create function c.f_ctearr() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ with l as (select array(select t.n from c.tags t where t.clinic = current_setting('app.clinic')) as a) select n.id, n.clinic from c.notes n, l where 1 = any (l.a) and 2 = any (l.a) $f$;
create function c.f_sub() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n, lateral (select array(select t.n from c.tags t where t.clinic = current_setting('app.clinic')) as a) l where 1 = any (l.a) and 2 = any (l.a) $f$;
create function c.f_cont() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n, (select array_agg(t.n) as a from c.tags t where t.clinic = current_setting('app.clinic')) l where l.a @> array[1, 2] $f$;
create function c.f_contd() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where array(select t.n from c.tags t where t.clinic = current_setting('app.clinic')) @> array[1, 2] $f$;
create function c.f_within() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where array[1, 2] <@ (select array_agg(t.n) from c.tags t where t.clinic = current_setting('app.clinic')) $f$;
create function c.f_two() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select 1 = any(x.a) and 2 = any(x.a) from (select array_agg(t.n) as a from c.tags t where t.clinic = current_setting('app.clinic')) x) $f$;
create function c.f_minmax() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select min(t.n) < max(t.n) from c.tags t where t.clinic = current_setting('app.clinic')) $f$;
create function c.f_boolor() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select bool_or(t.n = 1) and bool_or(t.n = 2) from c.tags t where t.clinic = current_setting('app.clinic')) $f$;
create function c.f_boolno() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select bool_or(t.n = 1) and not bool_and(t.n = 1) from c.tags t where t.clinic = current_setting('app.clinic')) $f$;
create function c.f_loop() returns table (id int, clinic text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $f$ declare r record; a bool := false; b bool := false; begin for r in select t.n from c.tags t where t.clinic = current_setting('app.clinic') loop if r.n = 1 then a := true; end if; if r.n = 2 then b := true; end if; end loop; if a and b then return query select n.id, n.clinic from c.notes n; end if; end $f$;
create function c.f_unn() returns table (id int, clinic text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $f$ declare l int[] := array(select t.n from c.tags t where t.clinic = current_setting('app.clinic')); begin return query select n.id, n.clinic from c.notes n where exists (select from unnest(l) u where u = 1) and exists (select from unnest(l) u where u = 2); end $f$;
create function c.f_unnj() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n, unnest(array(select t.n from c.tags t where t.clinic = current_setting('app.clinic'))) u, unnest(array(select t.n from c.tags t where t.clinic = current_setting('app.clinic'))) v where u = 1 and v = 2 $f$;
create function c.f_rem() returns table (id int, clinic text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $f$ declare l int[] := array(select t.n from c.tags t where t.clinic = current_setting('app.clinic')); begin return query select n.id, n.clinic from c.notes n where 1 = any(l) and array_remove(l, 1) <> '{}'; end $f$;
create function c.f_rem2() returns table (id int, clinic text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $f$ declare l int[] := array(select t.n from c.tags t where t.clinic = current_setting('app.clinic')); begin return query select n.id, n.clinic from c.notes n where 1 = any(l) and 2 = any(array_remove(l, 1)); end $f$;
create function c.f_str() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select string_agg(t.n::text, ',' order by t.n) from c.tags t where t.clinic = current_setting('app.clinic')) = '1,2' $f$;
create function c.f_json() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select jsonb_agg(t.n) @> '[1,2]' from c.tags t where t.clinic = current_setting('app.clinic')) $f$;
create function c.f_dist() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select count(distinct t.n) from c.tags t where t.clinic = current_setting('app.clinic')) > 1 $f$;
create function c.f_grp() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where exists (select from c.tags t where t.clinic = current_setting('app.clinic') group by t.kind having bool_or(t.n = 1) and bool_or(t.n = 2)) $f$;
create function c.f_card() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where cardinality(array(select t.n from c.tags t where t.clinic = current_setting('app.clinic'))) > 1 $f$;
create function c.f_win() returns table (id int, clinic text) language sql stable security definer set search_path = pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where exists (select from (select t.n, lead(t.n) over (order by t.n) as m from c.tags t where t.clinic = current_setting('app.clinic')) x where x.n = 1 and x.m = 2) $f$;
create function c.f_all() returns table (id int, clinic text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $f$ declare l int[] := array(select t.n from c.tags t where t.clinic = current_setting('app.clinic')); begin return query select n.id, n.clinic from c.notes n where 1 = any(l) and 1 <> all(l) is not true and not (1 = all(l)); end $f$;
create function c.f_some() returns table (id int, clinic text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $f$ declare l int[] := array(select t.n from c.tags t where t.clinic = current_setting('app.clinic')); begin return query select n.id, n.clinic from c.notes n where 1 = any(l) and 1 <> any(l); end $f$;
reset role;

-- @seed
insert into c.notes values (1, 'a'), (2, 'b');
insert into c.tags values (1, 'a', 1), (2, 'a', 2), (3, 'b', 1), (4, 'b', 2);

-- check: c.f_arr() SELECT as=A :: select count(*) > 0 from c.f_arr() r where r.clinic = 'b'
-- check: c.f_agg() SELECT as=A :: select count(*) > 0 from c.f_agg() r where r.clinic = 'b'
-- check: c.f_cte() SELECT as=A :: select count(*) > 0 from c.f_cte() r where r.clinic = 'b'
-- check: c.f_ctearr() SELECT as=A :: select count(*) > 0 from c.f_ctearr() r where r.clinic = 'b'
-- check: c.f_sub() SELECT as=A :: select count(*) > 0 from c.f_sub() r where r.clinic = 'b'
-- check: c.f_cont() SELECT as=A :: select count(*) > 0 from c.f_cont() r where r.clinic = 'b'
-- check: c.f_contd() SELECT as=A :: select count(*) > 0 from c.f_contd() r where r.clinic = 'b'
-- check: c.f_within() SELECT as=A :: select count(*) > 0 from c.f_within() r where r.clinic = 'b'
-- check: c.f_two() SELECT as=A :: select count(*) > 0 from c.f_two() r where r.clinic = 'b'
-- check: c.f_minmax() SELECT as=A :: select count(*) > 0 from c.f_minmax() r where r.clinic = 'b'
-- check: c.f_boolor() SELECT as=A :: select count(*) > 0 from c.f_boolor() r where r.clinic = 'b'
-- check: c.f_boolno() SELECT as=A :: select count(*) > 0 from c.f_boolno() r where r.clinic = 'b'
-- check: c.f_loop() SELECT as=A :: select count(*) > 0 from c.f_loop() r where r.clinic = 'b'
-- check: c.f_unn() SELECT as=A :: select count(*) > 0 from c.f_unn() r where r.clinic = 'b'
-- check: c.f_unnj() SELECT as=A :: select count(*) > 0 from c.f_unnj() r where r.clinic = 'b'
-- check: c.f_rem() SELECT as=A :: select count(*) > 0 from c.f_rem() r where r.clinic = 'b'
-- check: c.f_rem2() SELECT as=A :: select count(*) > 0 from c.f_rem2() r where r.clinic = 'b'
-- check: c.f_str() SELECT as=A :: select count(*) > 0 from c.f_str() r where r.clinic = 'b'
-- check: c.f_json() SELECT as=A :: select count(*) > 0 from c.f_json() r where r.clinic = 'b'
-- check: c.f_dist() SELECT as=A :: select count(*) > 0 from c.f_dist() r where r.clinic = 'b'
-- check: c.f_grp() SELECT as=A :: select count(*) > 0 from c.f_grp() r where r.clinic = 'b'
-- check: c.f_card() SELECT as=A :: select count(*) > 0 from c.f_card() r where r.clinic = 'b'
-- check: c.f_win() SELECT as=A :: select count(*) > 0 from c.f_win() r where r.clinic = 'b'
-- check: c.f_all() SELECT as=A :: select count(*) > 0 from c.f_all() r where r.clinic = 'b'
-- check: c.f_some() SELECT as=A :: select count(*) > 0 from c.f_some() r where r.clinic = 'b'
