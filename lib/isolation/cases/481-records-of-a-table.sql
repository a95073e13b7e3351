-- case: 481-records-of-a-table
-- threat: dml
-- null-tenant: foreign
-- tenant: c.copy(integer)
-- tenant: c.drop_late(integer)
-- tenant: c.drop_fields(integer)
-- tenant: c.drop_strict(integer)
-- tenant: c.drop_whole(integer)
-- tenant: c.note.t
-- tenant: c.parcel.t
-- principal: name=A tenant=1 role=desk settings={"app.t":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.t":"2"}
-- why: variables of a table%rowtype are records of that table
-- expect: table=c.parcel command=SELECT verdict=isolated
-- expect: table=c.note command=SELECT verdict=isolated
-- expect: table=c.drop_whole(integer) command=DELETE verdict=isolated
-- expect: table=c.drop_strict(integer) command=DELETE verdict=isolated
-- expect: table=c.drop_fields(integer) command=DELETE verdict=isolated
-- expect: table=c.drop_late(integer) command=DELETE verdict=leaks
-- expect: table=c.copy(integer) command=INSERT verdict=leaks

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper; grant usage on schema c to desk;
set role keeper;
create table c.parcel (id int primary key, t int not null, label text default '');
create table c.note (id int generated always as identity, t int not null);
alter table c.parcel enable row level security; alter table c.note enable row level security;
create policy p on c.parcel using (t = current_setting('app.t')::int); create policy p on c.note using (t = current_setting('app.t')::int);
create function c.drop_whole(b int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare r parcel%rowtype;
begin
  select * into r from parcel where id = b;
  if not found or r.t <> current_setting('app.t')::int then raise exception 'no such'; end if;
  delete from parcel where id = r.id;
end $$;
create function c.drop_strict(b int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare r c.parcel%ROWTYPE; mine int := current_setting('app.t')::int;
begin
  select * into strict r from c.parcel where id = b for update;
  if r.t is distinct from mine then raise exception 'no such'; end if;
  delete from c.parcel p where p.id = r.id and p.t = r.t;
end $$;
create function c.drop_fields(b int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare r record;
begin
  select id, t into r from c.parcel where id = b;
  if r.t is distinct from current_setting('app.t')::int then raise exception 'no such'; end if;
  delete from c.parcel where id = r.id;
end $$;
create function c.drop_late(b int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare r parcel%rowtype;
begin
  select * into r from parcel where id = b;
  if r.t <> current_setting('app.t')::int and r.label is null then raise exception 'no such'; end if;
  delete from parcel where id = r.id;
end $$;
-- A field of a record is not the variable that has its name.
create function c.copy(b int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare t int := current_setting('app.t')::int; r parcel%rowtype;
begin
  select * into r from parcel p where p.id = b;
  if t is not null then insert into note (t) values (r.t); end if;
end $$;
revoke all on all routines in schema c from public; grant execute on all routines in schema c to desk;
grant select on c.parcel, c.note to desk;
reset role;


-- @seed
insert into c.parcel values (1,1),(2,2); insert into c.note (t) values (1),(2);

-- check: c.drop_whole(integer) DELETE as=A :: try> select c.drop_whole(2) ;; owner> select count(*) = 0 from c.parcel where id = 2
-- check: c.drop_strict(integer) DELETE as=A :: try> select c.drop_strict(2) ;; owner> select count(*) = 0 from c.parcel where id = 2
-- check: c.drop_fields(integer) DELETE as=A :: try> select c.drop_fields(2) ;; owner> select count(*) = 0 from c.parcel where id = 2
-- check: c.drop_late(integer) DELETE as=A :: select c.drop_late(2) ;; owner> select count(*) = 0 from c.parcel where id = 2
-- check: c.copy(integer) INSERT as=A :: select c.copy(2) ;; owner> select count(*) = 2 from c.note where t = 2
-- check: c.parcel SELECT as=A :: select count(*) > 0 from c.parcel rw where coalesce(rw.t::text not in ('1'), true)
-- check: c.parcel SELECT as=B :: select count(*) > 0 from c.parcel rw where coalesce(rw.t::text not in ('2'), true)
-- check: c.note SELECT as=A :: select count(*) > 0 from c.note rw where coalesce(rw.t::text not in ('1'), true)
-- check: c.note SELECT as=B :: select count(*) > 0 from c.note rw where coalesce(rw.t::text not in ('2'), true)
