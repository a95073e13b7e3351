-- case: 672-lists-looked-at-again
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.tags.clinic
-- tenant: c.f_setfn().clinic
-- tenant: c.f_setjoin().clinic
-- tenant: c.f_arrfn().clinic
-- tenant: c.f_view().clinic
-- tenant: c.f_viewjoin().clinic
-- tenant: c.f_viewagg().clinic
-- tenant: c.f_loop().clinic
-- tenant: c.f_app().clinic
-- tenant: c.f_rec().clinic
-- tenant: c.f_out().clinic
-- tenant: c.f_case().clinic
-- tenant: c.f_coal().clinic
-- tenant: c.f_cast().clinic
-- tenant: c.f_having().clinic
-- tenant: c.f_foreach().clinic
-- tenant: c.f_uniq().clinic
-- tenant: c.f_param().clinic
-- tenant: c.f_colum().clinic
-- tenant: c.f_ovl().clinic
-- tenant: c.f_neq().clinic
-- tenant: c.f_inn().clinic
-- tenant: c.f_json().clinic
-- tenant: c.f_query().clinic
-- tenant: c.f_ret().clinic
-- tenant: c.f_every().clinic
-- tenant: c.f_twoexists().clinic
-- principal: name=A tenant=a role=desk settings={"app.clinic":"a"}
-- principal: name=B tenant=b role=desk settings={"app.clinic":"b"}
-- expect: table=c.f_setfn() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_setjoin() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_arrfn() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_view() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_viewjoin() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_viewagg() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_loop() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_app() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_rec() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_out() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_case() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_coal() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_cast() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_having() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_foreach() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_uniq() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_param() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_colum() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_ovl() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_neq() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_inn() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_json() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_query() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_ret() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_every() command=SELECT verdict=leaks
-- why: two rows are there
-- expect: table=c.f_twoexists() command=SELECT verdict=leaks
-- why: two rows are there

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id int primary key, clinic text not null);
create table c.tags (id int primary key, clinic text not null, n int not null);
alter table c.notes enable row level security;
alter table c.tags enable row level security;
create policy own on c.notes using (clinic = current_setting('app.clinic'));
create policy own on c.tags using (clinic = current_setting('app.clinic'));
create view c.own_tags as select t.id, t.n from c.tags t where t.clinic = current_setting('app.clinic');
create view c.span as select min(t.n) as lo, max(t.n) as hi from c.tags t where t.clinic = current_setting('app.clinic');
create function c.mine() returns setof int language sql stable security definer as $f$ select t.n from c.own_tags t $f$;
create function c.list() returns int[] language sql stable security definer as $f$ select array(select t.n from c.own_tags t) $f$;
create function c.both(l int[]) returns boolean language sql immutable as $f$ select 1 = any(l) and 2 = any(l) $f$;
create function c.f_setfn() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where exists (select from c.mine() m where m = 1) and exists (select from c.mine() m where m = 2) $f$;
create function c.f_setjoin() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n, c.mine() a, c.mine() b where a = 1 and b = 2 $f$;
create function c.f_arrfn() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where 1 = any (c.list()) and 2 = any (c.list()) $f$;
create function c.f_view() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where exists (select from c.own_tags t where t.n = 1) and exists (select from c.own_tags t where t.n = 2) $f$;
create function c.f_viewjoin() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n, c.own_tags a, c.own_tags b where a.n = 1 and b.n = 2 $f$;
create function c.f_viewagg() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select v.lo < v.hi from c.span v) $f$;
create function c.f_loop() returns table (id int, clinic text) language plpgsql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ declare l int[] := '{}'; r record; begin for r in select t.n from c.own_tags t loop l := l || r.n; end loop; if 1 = any(l) and 2 = any(l) then return query select n.id, n.clinic from c.notes n; end if; end $f$;
create function c.f_app() returns table (id int, clinic text) language plpgsql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ declare l int[] := '{}'; begin l := array_append(array(select t.n from c.own_tags t), 5); if 1 = any(l) and 2 = any(l) then return query select n.id, n.clinic from c.notes n; end if; end $f$;
create function c.f_rec() returns table (id int, clinic text) language plpgsql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ declare r record; begin select array(select t.n from c.own_tags t) as a into r; if 1 = any(r.a) and 2 = any(r.a) then return query select n.id, n.clinic from c.notes n; end if; end $f$;
create function c.f_out() returns table (id int, clinic text) language plpgsql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ declare lo int; hi int; begin select min(t.n), max(t.n) into lo, hi from c.own_tags t; if lo < hi then return query select n.id, n.clinic from c.notes n; end if; end $f$;
create function c.f_case() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where case when 1 = any(array(select t.n from c.own_tags t)) then 2 = any(array(select t.n from c.own_tags t)) end $f$;
create function c.f_coal() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select 1 = any(x.a) and 2 = any(x.a) from (select coalesce(array_agg(t.n), '{}') as a from c.own_tags t) x) $f$;
create function c.f_cast() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select '1' = any(x.a) and '2' = any(x.a) from (select array(select t.n from c.own_tags t)::text[] as a) x) $f$;
create function c.f_having() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where exists (select from c.own_tags t having min(t.n) < max(t.n)) $f$;
create function c.f_foreach() returns table (id int, clinic text) language plpgsql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ declare l int[] := array(select t.n from c.own_tags t); a bool := false; b bool := false; e int; begin foreach e in array l loop if e = 1 then a := true; end if; if e = 2 then b := true; end if; end loop; if a and b then return query select n.id, n.clinic from c.notes n; end if; end $f$;
create function c.f_uniq() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select count(*) filter (where t.n = 1) > 0 and count(*) filter (where t.n = 2) > 0 from c.own_tags t) $f$;
create function c.f_param() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where c.both(array(select t.n from c.own_tags t)) $f$;
create function c.f_colum() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n cross join lateral (select array_agg(t.n) as a from c.own_tags t) x where 1 = any (x.a) and 2 = any (x.a) $f$;
create function c.f_ovl() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select x.a && array[1] and x.a && array[2] from (select array_agg(t.n) as a from c.own_tags t) x) $f$;
create function c.f_neq() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select 1 = any(x.a) and exists (select from unnest(x.a) u where u <> 1) from (select array_agg(t.n) as a from c.own_tags t) x) $f$;
create function c.f_inn() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select 1 in (select unnest(x.a)) and 2 in (select unnest(x.a)) from (select array_agg(t.n) as a from c.own_tags t) x) $f$;
create function c.f_json() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select x.a ? '1' and x.a ? '2' from (select to_jsonb(array_agg(t.n::text)) as a from c.own_tags t) x) $f$;
create function c.f_query() returns table (id int, clinic text) language plpgsql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ begin return query with l as (select array_agg(t.n) as a from c.own_tags t) select n.id, n.clinic from c.notes n, l where 1 = any(l.a) and 2 = any(l.a); end $f$;
create function c.f_ret() returns table (id int, clinic text) language plpgsql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ declare l int[] := array(select t.n from c.own_tags t); begin if c.both(l) then return query select n.id, n.clinic from c.notes n; end if; end $f$;
create function c.f_every() returns table (id int, clinic text) language sql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ select n.id, n.clinic from c.notes n where (select bool_or(t.n = 1) from c.own_tags t) and (select bool_or(t.n = 2) from c.own_tags t) $f$;
create function c.f_twoexists() returns table (id int, clinic text) language plpgsql stable security definer set search_path = c, pg_catalog, pg_temp as $f$ declare a bool; b bool; begin a := exists (select from c.own_tags t where t.n = 1); b := exists (select from c.own_tags t where t.n = 2); if a and b then return query select n.id, n.clinic from c.notes n; end if; end $f$;
reset role;

-- @seed
insert into c.notes values (1, 'a'), (2, 'b');
insert into c.tags values (1, 'a', 1), (2, 'a', 2), (3, 'b', 1), (4, 'b', 2);

-- check: c.f_setfn() SELECT as=A :: select count(*) > 0 from c.f_setfn() r where r.clinic = 'b'
-- check: c.f_setjoin() SELECT as=A :: select count(*) > 0 from c.f_setjoin() r where r.clinic = 'b'
-- check: c.f_arrfn() SELECT as=A :: select count(*) > 0 from c.f_arrfn() r where r.clinic = 'b'
-- check: c.f_view() SELECT as=A :: select count(*) > 0 from c.f_view() r where r.clinic = 'b'
-- check: c.f_viewjoin() SELECT as=A :: select count(*) > 0 from c.f_viewjoin() r where r.clinic = 'b'
-- check: c.f_viewagg() SELECT as=A :: select count(*) > 0 from c.f_viewagg() r where r.clinic = 'b'
-- check: c.f_loop() SELECT as=A :: select count(*) > 0 from c.f_loop() r where r.clinic = 'b'
-- check: c.f_app() SELECT as=A :: select count(*) > 0 from c.f_app() r where r.clinic = 'b'
-- check: c.f_rec() SELECT as=A :: select count(*) > 0 from c.f_rec() r where r.clinic = 'b'
-- check: c.f_out() SELECT as=A :: select count(*) > 0 from c.f_out() r where r.clinic = 'b'
-- check: c.f_case() SELECT as=A :: select count(*) > 0 from c.f_case() r where r.clinic = 'b'
-- check: c.f_coal() SELECT as=A :: select count(*) > 0 from c.f_coal() r where r.clinic = 'b'
-- check: c.f_cast() SELECT as=A :: select count(*) > 0 from c.f_cast() r where r.clinic = 'b'
-- check: c.f_having() SELECT as=A :: select count(*) > 0 from c.f_having() r where r.clinic = 'b'
-- check: c.f_foreach() SELECT as=A :: select count(*) > 0 from c.f_foreach() r where r.clinic = 'b'
-- check: c.f_uniq() SELECT as=A :: select count(*) > 0 from c.f_uniq() r where r.clinic = 'b'
-- check: c.f_param() SELECT as=A :: select count(*) > 0 from c.f_param() r where r.clinic = 'b'
-- check: c.f_colum() SELECT as=A :: select count(*) > 0 from c.f_colum() r where r.clinic = 'b'
-- check: c.f_ovl() SELECT as=A :: select count(*) > 0 from c.f_ovl() r where r.clinic = 'b'
-- check: c.f_neq() SELECT as=A :: select count(*) > 0 from c.f_neq() r where r.clinic = 'b'
-- check: c.f_inn() SELECT as=A :: select count(*) > 0 from c.f_inn() r where r.clinic = 'b'
-- check: c.f_json() SELECT as=A :: select count(*) > 0 from c.f_json() r where r.clinic = 'b'
-- check: c.f_query() SELECT as=A :: select count(*) > 0 from c.f_query() r where r.clinic = 'b'
-- check: c.f_ret() SELECT as=A :: select count(*) > 0 from c.f_ret() r where r.clinic = 'b'
-- check: c.f_every() SELECT as=A :: select count(*) > 0 from c.f_every() r where r.clinic = 'b'
-- check: c.f_twoexists() SELECT as=A :: select count(*) > 0 from c.f_twoexists() r where r.clinic = 'b'
