-- case: 558-statements-put-together
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.by_format(text)
-- tenant: c.by_literal(text)
-- tenant: c.by_setting(text)
-- tenant: c.by_table(text)
-- tenant: c.counted(text)
-- tenant: c.any_clinic(text)
-- tenant: c.other_side(text)
-- tenant: c.inside(text)
-- principal: name=A tenant=a1 role=desk settings={"app.clinic":"a1"}
-- principal: name=B tenant=b2 role=desk settings={"app.clinic":"b2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.by_format(text) command=SELECT verdict=isolated
-- expect: table=c.by_literal(text) command=SELECT verdict=isolated
-- expect: table=c.by_setting(text) command=SELECT verdict=isolated
-- expect: table=c.by_table(text) command=SELECT verdict=isolated
-- expect: table=c.counted(text) command=SELECT verdict=isolated
-- expect: table=c.any_clinic(text) command=SELECT verdict=leaks
-- expect: table=c.other_side(text) command=SELECT verdict=leaks
-- expect: table=c.inside(text) command=SELECT verdict=leaks
-- why: what is quoted stands in the statement as one literal; which literal it is still counts

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic text not null, day date not null default '2026-01-01', note text);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic'));
grant select on c.visits to desk;
create function c.by_format(q text) returns setof c.visits language plpgsql stable security definer set search_path = c, pg_temp as $$
begin return query execute format('select * from visits where clinic = %L and day > %L and note = $1', current_setting('app.clinic'), '2025-01-01') using q; end $$;
create function c.by_literal(q text) returns setof c.visits language plpgsql stable security definer set search_path = c, pg_temp as $$
begin return query execute 'select * from visits where clinic = ' || quote_literal(current_setting('app.clinic')) || ' and note ilike ' || quote_literal('%' || q || '%') || ' order by id limit 20'; end $$;
create function c.by_setting(q text) returns setof c.visits language plpgsql stable security definer set search_path = c, pg_temp as $$
begin return query execute 'select * from visits where clinic = ''' || current_setting('app.clinic') || ''' and note = ' || quote_nullable(q); end $$;
create function c.by_table(q text) returns setof c.visits language plpgsql stable security definer set search_path = c, pg_temp as $$
begin return query execute 'select * from ' || quote_ident('visits') || ' where clinic = $1 and note = $2' using current_setting('app.clinic'), q; end $$;
create function c.counted(q text) returns bigint language plpgsql stable security definer set search_path = c, pg_temp as $$
declare n bigint;
begin execute format('select count(*) from %I where clinic = %s and note = %L', 'visits', quote_literal(current_setting('app.clinic')), q) into n; return n; end $$;
create function c.any_clinic(q text) returns setof c.visits language plpgsql stable security definer set search_path = c, pg_temp as $$
begin return query execute 'select * from visits where clinic = ' || quote_literal(q); end $$;
create function c.other_side(q text) returns setof c.visits language plpgsql stable security definer set search_path = c, pg_temp as $$
begin return query execute format('select * from visits where clinic <> %L', current_setting('app.clinic')); end $$;
-- Quoted once more inside of a literal it is another text: nobody's clinic.
create function c.inside(q text) returns setof c.visits language plpgsql stable security definer set search_path = c, pg_temp as $$
begin return query execute 'select * from visits where clinic <> ''$1' || replace(quote_literal('x'), '''', '') || ''''; end $$;
reset role;

-- @seed
insert into c.visits values (1, 'a1', default, 'x'), (2, 'b2', default, 'x');

-- check: c.visits SELECT as=A :: select exists (select from c.visits where clinic <> 'a1')
-- check: c.by_format(text) SELECT as=A :: select exists (select from c.by_format('x') where clinic <> 'a1')
-- check: c.by_format(text) SELECT as=A :: select exists (select from c.by_format(''' or true --'))
-- check: c.by_literal(text) SELECT as=A :: select exists (select from c.by_literal(''' or true --') where clinic <> 'a1')
-- check: c.by_literal(text) SELECT as=A :: select exists (select from c.by_literal('x') where clinic <> 'a1')
-- check: c.by_setting(text) SELECT as=A :: select exists (select from c.by_setting('x') where clinic <> 'a1')
-- check: c.by_table(text) SELECT as=A :: select exists (select from c.by_table('x') where clinic <> 'a1')
-- check: c.counted(text) SELECT as=A :: select c.counted('x') > 1
-- check: c.any_clinic(text) SELECT as=A :: select exists (select from c.any_clinic('b2'))
-- check: c.other_side(text) SELECT as=A :: select exists (select from c.other_side('x'))
-- check: c.inside(text) SELECT as=A :: select exists (select from c.inside('x') where clinic <> 'a1')
