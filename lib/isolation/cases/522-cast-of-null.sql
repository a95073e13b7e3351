-- case: 522-cast-of-null
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.tenant
-- tenant: c.files.tenant
-- tenant: c.lists.tenant
-- tenant: c.by_variable(text).tenant
-- tenant: c.by_result(text).tenant
-- tenant: c.by_into(text).tenant
-- tenant: c.rooms.tenant
-- principal: name=N tenant=none role=desk
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"a"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- expect: table=c.files command=SELECT verdict=leaks
-- expect: table=c.lists command=SELECT verdict=leaks
-- expect: table=c.by_result(text) command=SELECT verdict=leaks
-- expect: table=c.by_into(text) command=SELECT verdict=leaks
-- expect: table=c.by_variable(text) command=SELECT verdict=leaks
-- why: the function behind a cast is called with NULL too, unless it is STRICT; PL/pgSQL passes a cast by that is explicit alone

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create type c.clinic as enum ('a', 'b', 'c');
create function c.rank(p c.clinic) returns int language sql immutable as $$ select case p when 'a' then 1 else 3 end $$;
create cast (c.clinic as int) with function c.rank(c.clinic);
create type c.wrapped as (v text);
create function c.wrap(p text) returns c.wrapped language sql immutable as $$ select row(coalesce(p, 'b'))::c.wrapped $$;
create cast (text as c.wrapped) with function c.wrap(text);

create table c.visits (id int primary key, tenant c.clinic not null);
alter table c.visits enable row level security;
create policy p on c.visits using (tenant::int = current_setting('app.tenant', true)::text::c.clinic::int);
create table c.files (id int primary key, tenant text not null);
alter table c.files enable row level security;
create policy p on c.files using (tenant = (nullif(current_setting('app.none', true), '')::c.wrapped).v);
create table c.lists (id int primary key, tenant text not null);
alter table c.lists enable row level security;
create policy p on c.lists using (tenant = ((array[nullif(current_setting('app.none', true), '')]::c.wrapped[])[1]).v);
grant select on c.visits, c.files, c.lists to desk;
create table c.rooms (id int primary key, tenant int not null);
create function c.first(p text) returns int language sql immutable as $$ select 1 $$;
reset role;
create cast (text as int) with function c.first(text);
set role keeper;
create function c.by_variable(p text) returns table (id int, tenant int) language plpgsql security definer set search_path = c, pg_temp as $$ declare v int; begin v := p; return query select n.id, n.tenant from c.rooms n where n.tenant = v; end $$;
create function c.inner(p text) returns int language plpgsql as $$ begin return p; end $$;
create function c.by_result(p text) returns table (id int, tenant int) language plpgsql security definer set search_path = c, pg_temp as $$ begin return query select n.id, n.tenant from c.rooms n where n.tenant = c.inner(p); end $$;
create function c.by_into(p text) returns table (id int, tenant int) language plpgsql security definer set search_path = c, pg_temp as $$ declare v int; begin select p into v; return query select n.id, n.tenant from c.rooms n where n.tenant = v; end $$;
reset role;

-- @seed
insert into c.visits values (1,'a'),(2,'b'),(3,'c');
insert into c.rooms values (1,1),(2,2);
insert into c.files values (1,'a'),(2,'b');
insert into c.lists values (1,'a'),(2,'b');

-- check: c.visits SELECT as=N :: select exists (select from c.visits where tenant = 'b')
-- check: c.files SELECT as=N :: select exists (select from c.files where tenant = 'b')
-- check: c.lists SELECT as=N :: select exists (select from c.lists where tenant = 'b')
-- check: c.by_variable(text) SELECT as=A :: select exists (select from c.by_variable('2') where tenant = 2)
-- check: c.by_result(text) SELECT as=A :: select exists (select from c.by_result('2') where tenant = 2)
-- check: c.by_into(text) SELECT as=A :: select exists (select from c.by_into('2') where tenant = 2)
