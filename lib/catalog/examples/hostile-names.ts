/** A schema whose names, texts and shapes break naive readers; the same on PostgreSQL 14 to 18. */
const long = 'l'.repeat(63)

export const hostileNames = `
create schema "odd ""name""";
comment on schema "odd ""name""" is 'quotes "and" more';
create type "odd ""name"""."State 🙂" as enum ('b', 'a', 'it''s');
create domain public.cpf as text check (value ~ '^[0-9]{11}$');
create domain public."deep, cpf" as public.cpf;
create table "odd ""name"""."select" (
  "id" bigint generated always as identity primary key,
  "Tenant, id" int not null,
  "🙂" "odd ""name"""."State 🙂" default 'b',
  "${long}" numeric(10,2) not null default 1.5,
  gone int,
  cpf public."deep, cpf" collate "C",
  tags text[] default '{a,"b c"}',
  full_name varchar(80),
  lower_name text generated always as (lower(full_name)) stored,
  unique ("Tenant, id", "id"),
  constraint "odd check" check ("${long}" > 0),
  constraint "not / valid" check ("Tenant, id" > 0)
);
alter table "odd ""name"""."select" drop column gone;
alter table "odd ""name"""."select" drop constraint "not / valid";
alter table "odd ""name"""."select" add constraint "not / valid" check ("Tenant, id" > 0) not valid;
comment on column "odd ""name"""."select"."🙂" is 'classification: sensitive';
create table public."Notes; drop" (
  id int primary key,
  parent int,
  "Tenant, id" int,
  when_at timestamptz default now(),
  constraint "fk "" / quote" foreign key ("Tenant, id", parent) references "odd ""name"""."select" ("Tenant, id", "id")
    match full on delete cascade on update set null deferrable
);
comment on constraint "fk "" / quote" on public."Notes; drop" is 'says why';
create index "idx "" / lower" on public."Notes; drop" (lower(id::text) collate "C" text_pattern_ops, parent desc nulls last)
  include (when_at) where parent is not null;
alter table public."Notes; drop" enable row level security, force row level security;
alter table public."Notes; drop" set (fillfactor = 70, autovacuum_enabled = off);
create function public.ctx(x int default 3, variadic rest text[] default '{}') returns int language sql stable as 'select 1';
create function "odd ""name"""."f "" n"() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp set work_mem = '1MB' as $f$ begin return new; end $f$;
create function public."overloaded"(a "odd ""name"""."State 🙂") returns setof "odd ""name"""."select" language sql
  as 'select * from "odd ""name"""."select"';
create function public."overloaded"(a int, out b int, out c text) language sql immutable strict leakproof as 'select 1, null::text';
create procedure public.work() language plpgsql as 'begin end';
create aggregate public.total(int) (sfunc = int4pl, stype = int, initcond = '0');
create function public.atomic(n int) returns bigint language sql begin atomic select count(*) from public."Notes; drop" where id > n; end;
create policy "p "" / 1" on public."Notes; drop" as restrictive for update to public using ("Tenant, id" = public.ctx())
  with check (exists (select from "odd ""name"""."select" s where s.id = parent));
create policy p2 on public."Notes; drop" for select using (true);
create policy p3 on public."Notes; drop" with check ("Tenant, id" = 1);
comment on policy p2 on public."Notes; drop" is 'open';
create trigger "t WHEN (x" before update of parent, id on public."Notes; drop" for each row
  when (old.parent is distinct from new.parent and new.when_at > '2020-01-01' and 'a)''b"' <> E'x\\\\''')
  execute function "odd ""name"""."f "" n"('a b', 'it''s', '🙂', '');
alter table public."Notes; drop" enable always trigger "t WHEN (x";
create trigger seen after insert on public."Notes; drop" referencing new table as "new rows" for each statement
  execute function "odd ""name"""."f "" n"();
create view public.v with (security_barrier) as
  select n.id, s."🙂" from public."Notes; drop" n join "odd ""name"""."select" s on s.id = n.parent where public.ctx() = 1;
create materialized view public.m as select count(*) as n from public.v;
create rule "r "" 1" as on delete to public.v do instead update public."Notes; drop" set parent = null where id = old.id;
create table public.part (id int, at date not null, primary key (id, at)) partition by range (at);
create table public.part_2024 partition of public.part for values from ('2024-01-01') to ('2025-01-01') partition by list (id);
create table public.part_2024_1 partition of public.part_2024 for values in (1);
create table public.part_rest partition of public.part default;
create trigger tp after insert on public.part for each row execute function "odd ""name"""."f "" n"();
alter table public.part_rest disable trigger tp;
create index part_at on public.part (at);
create table public.animal (name text);
create table public.dog (breed text) inherits (public.animal);
create unlogged table public.temporary_work (span int4range, exclude using gist (span with &&));
grant select ("id"), update ("🙂") on "odd ""name"""."select" to public;
grant select on public."Notes; drop" to public;
revoke execute on function public.ctx from public;
create sequence public.counter as int increment 2 maxvalue 100 cycle;
select nextval('public.counter');
alter default privileges in schema public grant select on tables to public;
create publication pub for table public."Notes; drop";
insert into public.animal values ('a'), ('b');
analyze public.animal, public.dog;
`
