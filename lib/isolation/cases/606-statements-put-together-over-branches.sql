-- case: 606-statements-put-together-over-branches
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.found(text,integer)
-- tenant: c.found_open(text,integer)
-- tenant: c.sorted(text,boolean)
-- tenant: c.sorted_open(text)
-- tenant: c.kind_of(text,text)
-- tenant: c.first_sorted(text)
-- tenant: c.nulls(text)
-- tenant: c.nothing_of_null(text)
-- tenant: c.arms(text)
-- tenant: c.in_a_loop(integer)
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.found(text,integer) command=SELECT verdict=isolated
-- expect: table=c.found_open(text,integer) command=SELECT verdict=leaks
-- expect: table=c.sorted(text,boolean) command=SELECT verdict=isolated
-- expect: table=c.sorted_open(text) command=SELECT verdict=leaks
-- expect: table=c.kind_of(text,text) command=SELECT verdict=isolated
-- expect: table=c.first_sorted(text) command=SELECT verdict=isolated
-- expect: table=c.nulls(text) command=SELECT verdict=leaks
-- expect: table=c.nothing_of_null(text) command=SELECT verdict=isolated
-- expect: table=c.arms(text) command=SELECT verdict=leaks
-- expect: table=c.in_a_loop(integer) command=SELECT verdict=leaks
-- why: a statement put together over branches is one of few texts, and a name behind ORDER BY decides no more than the order

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, body text not null, price int not null);
create function c.found(named text, most int) returns setof c.visits language plpgsql stable security definer set search_path = '' as $$
declare q text := 'select * from c.visits where clinic = $1';
begin
  if named is not null then q := q || format(' and body = %L', named); end if;
  if most is not null then q := q || ' and price < $2'; end if;
  q := q || ' order by id';
  return query execute q using current_setting('app.clinic')::int, most;
end $$;
create function c.found_open(named text, most int) returns setof c.visits language plpgsql stable security definer set search_path = '' as $$
declare q text := 'select * from c.visits where true';
begin
  if named is not null then q := q || format(' and body = %L', named); end if;
  if most is null then q := q || ' and clinic = $1'; end if;
  return query execute q using current_setting('app.clinic')::int;
end $$;
create function c.sorted(by text, down boolean) returns setof c.visits language plpgsql stable security definer set search_path = '' as $$
begin
  return query execute format('select * from c.visits where clinic = %L order by %I %s limit 20', current_setting('app.clinic')::int, by,
    case when down then 'desc' else 'asc' end);
end $$;
create function c.sorted_open(by text) returns setof c.visits language plpgsql stable security definer set search_path = '' as $$
begin
  return query execute format('select * from c.visits where clinic = %L or %I = 2 order by id', current_setting('app.clinic')::int, by);
end $$;
create function c.kind_of(named text, kind text) returns setof c.visits language plpgsql stable security definer set search_path = '' as $$
declare q text; condition text := '';
begin
  case kind when 'cheap' then condition := ' and price < 10'; when 'dear' then condition := ' and price >= 10'; else condition := ''; end case;
  q := 'select * from c.visits where clinic = $1' || condition;
  if named <> '' then q := q || ' and body = ' || quote_literal(named); end if;
  return query execute q using current_setting('app.clinic')::int;
end $$;
create function c.first_sorted(by text) returns text language plpgsql stable security definer set search_path = '' as $$
declare b text;
begin
  execute 'select body from c.visits where clinic = $1 order by ' || quote_ident(by) || ' limit 1' into b using current_setting('app.clinic')::int;
  return b;
end $$;
create function c.nulls(kind text) returns setof c.visits language plpgsql stable security definer set search_path = '' as $$
declare q text := 'select * from c.visits where body <> ''x'''; own text;
begin
  if kind = 'own' then own := ' and clinic = ' || current_setting('app.clinic'); end if;
  return query execute concat(q, own);
end $$;
create function c.nothing_of_null(kind text) returns setof c.visits language plpgsql stable security definer set search_path = '' as $$
declare q text := 'select * from c.visits where body <> ''x'''; own text;
begin
  if kind = 'own' then own := format(' and clinic = %s', current_setting('app.clinic')::int); end if;
  return query execute q || own;
end $$;
create function c.arms(named text) returns setof c.visits language plpgsql stable security definer set search_path = '' as $$
declare q text;
begin
  q := 'select * from c.visits where clinic = $1 ' || case when named is null then '' else format('or body = %L', named) end;
  return query execute q using current_setting('app.clinic')::int;
end $$;
create function c.in_a_loop(many int) returns setof c.visits language plpgsql stable security definer set search_path = '' as $$
declare q text := 'select * from c.visits where clinic = $1';
begin
  for turn in 1..many loop q := q || ' or id = 2'; end loop;
  return query execute q using current_setting('app.clinic')::int;
end $$;
revoke all on all functions in schema c from public;
grant execute on all functions in schema c to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'one', 1), (2, 2, 'two', 2);

-- check: c.found(text,integer) SELECT as=A :: select exists (select from c.found(null, null) where clinic <> 1) or exists (select from c.found('two', 9) where clinic <> 1)
-- check: c.found_open(text,integer) SELECT as=A :: select exists (select from c.found_open('two', 9) where clinic <> 1)
-- check: c.sorted(text,boolean) SELECT as=A :: select exists (select from c.sorted('clinic', true) where clinic <> 1)
-- check: c.sorted_open(text) SELECT as=A :: select exists (select from c.sorted_open('clinic') where clinic <> 1)
-- check: c.kind_of(text,text) SELECT as=A :: select exists (select from c.kind_of('two', 'cheap') where clinic <> 1)
-- check: c.first_sorted(text) SELECT as=A :: select c.first_sorted('clinic') = 'two'
-- check: c.nulls(text) SELECT as=A :: select exists (select from c.nulls('x') where clinic <> 1)
-- check: c.nothing_of_null(text) SELECT as=A :: select exists (select from c.nothing_of_null('own') where clinic <> 1)
-- check: c.arms(text) SELECT as=A :: select exists (select from c.arms('two') where clinic <> 1)
-- check: c.in_a_loop(integer) SELECT as=A :: select exists (select from c.in_a_loop(1) where clinic <> 1)
