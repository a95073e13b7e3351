-- case: 488-batches-by-loop-and-json
-- threat: dml
-- null-tenant: foreign
-- tenant: c.adjust_bad(integer[],integer)
-- tenant: c.adjust_ok(integer[],integer)
-- tenant: c.import_bad(jsonb)
-- tenant: c.import_ok(jsonb)
-- tenant: c.stock.t
-- principal: name=A tenant=1 role=u settings={"x.t":"1"}
-- principal: name=B tenant=2 role=u settings={"x.t":"2"}
-- expect: table=c.stock command=SELECT verdict=isolated
-- expect: table=c.stock command=UPDATE verdict=isolated
-- expect: table=c.import_ok(jsonb) command=INSERT verdict=isolated
-- expect: table=c.import_bad(jsonb) command=INSERT verdict=leaks
-- expect: table=c.adjust_ok(integer[],integer) command=UPDATE verdict=isolated
-- expect: table=c.adjust_bad(integer[],integer) command=UPDATE verdict=leaks

do $$ begin create role o nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role u nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization o; grant usage on schema c to u;
set role o;
create table c.stock (id int primary key, t int not null, n int not null);
alter table c.stock enable row level security;
create policy p on c.stock using (t = current_setting('x.t')::int);
create function c.import_ok(rows jsonb) returns int language plpgsql security definer set search_path = c, pg_temp as $$
declare r record; done int := 0;
begin
  for r in select * from jsonb_to_recordset(rows) as x(id int, t int, n int) loop
    if r.t is distinct from current_setting('x.t')::int then continue; end if;
    insert into stock values (r.id, r.t, coalesce(r.n, 0)) on conflict (id) do nothing;
    done := done + 1;
  end loop;
  return done;
end $$;
create function c.import_bad(rows jsonb) returns int language plpgsql security definer set search_path = c, pg_temp as $$
declare item jsonb; done int := 0;
begin
  if jsonb_typeof(rows) <> 'array' then raise exception 'a list'; end if;
  for item in select value from jsonb_array_elements(rows) loop
    insert into stock select * from jsonb_populate_record(null::stock, jsonb_build_object('t', current_setting('x.t')::int) || item);
    done := done + 1;
  end loop;
  return done;
end $$;
create function c.adjust_ok(ids int[], by_n int) returns int language plpgsql security definer set search_path = c, pg_temp as $$
declare i int; k int := 0; mine int := current_setting('x.t')::int;
begin
  foreach i in array ids loop
    update stock s set n = by_n where s.id = i and s.t = mine;
    if found then k := k + 1; end if;
  end loop;
  return k;
end $$;
create function c.adjust_bad(ids int[], by_n int) returns int language plpgsql security definer set search_path = c, pg_temp as $$
declare i int; ok boolean := false;
begin
  foreach i in array ids loop
    ok := ok or exists (select from stock where id = i and t = current_setting('x.t')::int);
    if ok then update stock set n = by_n where id = i; end if;
  end loop;
  return cardinality(ids);
end $$;
revoke all on all functions in schema c from public; grant execute on all functions in schema c to u;
grant select, update on c.stock to u;
reset role;
-- @seed
insert into c.stock values (1,1,1),(2,2,2);

-- check: c.import_ok(jsonb) INSERT as=A :: select c.import_ok('[{"id":9,"t":2,"n":1}]') ;; owner> select count(*)>0 from c.stock where id=9 and t=2
-- check: c.import_bad(jsonb) INSERT as=A :: select c.import_bad('[{"id":9,"t":2,"n":1}]') ;; owner> select count(*)>0 from c.stock where id=9 and t=2
-- check: c.adjust_ok(integer[],integer) UPDATE as=A :: select c.adjust_ok('{2}',9) ;; owner> select n=9 from c.stock where id=2
-- check: c.adjust_bad(integer[],integer) UPDATE as=A :: select c.adjust_bad('{1,2}',9) ;; owner> select n=9 from c.stock where id=2
-- check: c.stock UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.stock rw where coalesce(rw.t::text not in ('1'), true)), '') as h ;; update c.stock set n = 9 ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.stock rw where coalesce(rw.t::text not in ('1'), true)), '') from z
-- check: c.stock SELECT as=A :: select count(*) > 0 from c.stock rw where coalesce(rw.t::text not in ('1'), true)
-- check: c.stock SELECT as=B :: select count(*) > 0 from c.stock rw where coalesce(rw.t::text not in ('2'), true)
