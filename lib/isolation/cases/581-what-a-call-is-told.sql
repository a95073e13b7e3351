-- case: 581-what-a-call-is-told
-- threat: dml
-- null-tenant: foreign
-- tenant: c.listings.seller
-- tenant: c.labels.seller
-- tenant: c.save_listing(c.listings)
-- tenant: c.apply_changes(jsonb)
-- tenant: c.apply_own_changes(jsonb)
-- tenant: c.add_listing(jsonb)
-- tenant: c.add_own_listing(jsonb)
-- tenant: c.import_lines(text)
-- tenant: c.relabel(jsonb)
-- tenant: c.relabel_own(jsonb)
-- tenant: c.set_field(integer,text,text)
-- tenant: c.field_of(integer,text)
-- tenant: c.wipe(text,integer)
-- tenant: c.drop_older(integer)
-- principal: name=A tenant=s1 role=seller settings={"m.seller":"s1"}
-- principal: name=B tenant=s2 role=seller settings={"m.seller":"s2"}
-- expect: table=c.listings command=SELECT verdict=isolated
-- expect: table=c.labels command=SELECT verdict=isolated
-- expect: table=c.save_listing(c.listings) command=INSERT verdict=leaks
-- expect: table=c.save_listing(c.listings) command=UPDATE verdict=leaks
-- expect: table=c.apply_changes(jsonb) command=UPDATE verdict=leaks
-- expect: table=c.apply_own_changes(jsonb) command=UPDATE verdict=isolated
-- expect: table=c.add_listing(jsonb) command=INSERT verdict=leaks
-- expect: table=c.add_own_listing(jsonb) command=INSERT verdict=isolated
-- expect: table=c.import_lines(text) command=INSERT verdict=leaks
-- expect: table=c.relabel(jsonb) command=UPDATE verdict=leaks
-- expect: table=c.relabel_own(jsonb) command=UPDATE verdict=isolated
-- expect: table=c.set_field(integer,text,text) command=UPDATE verdict=leaks
-- expect: table=c.field_of(integer,text) command=SELECT verdict=leaks
-- expect: table=c.wipe(text,integer) command=DELETE verdict=leaks
-- expect: table=c.drop_older(integer) command=DELETE verdict=isolated
-- why: a row as one value, a document with the columns of another, the name of a column: each is the caller's to choose

do $$ declare r text; begin
  foreach r in array array['m_owner', 'seller'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema c authorization m_owner; grant usage on schema c to seller;
set role m_owner;
create table c.listings (id int primary key, seller text not null, title text not null, data jsonb not null default '{}', age int not null default 0);
create table c.labels (seller text not null, name text not null, color text not null default 'gray' check (color in ('gray', 'red', 'blue')), age int not null default 0, primary key (seller, name));
create sequence c.ids start 500;
alter table c.listings enable row level security; alter table c.labels enable row level security;
create function c.me() returns text language sql stable as $$ select current_setting('m.seller') $$;
create policy own on c.listings using (seller = c.me());
create policy own on c.labels using (seller = c.me());
create function c.save_listing(rec c.listings) returns void language sql security definer set search_path = c, pg_temp as $$
  insert into listings (id, seller, title, data) values ((rec).id, (rec).seller, (rec).title, coalesce((rec).data, '{}')) on conflict (id) do update set title = excluded.title, data = excluded.data
$$;
create function c.apply_changes(docs jsonb) returns void language sql security definer set search_path = c, pg_temp as $$
  update listings l set data = r.data, seller = coalesce(r.seller, l.seller) from jsonb_populate_recordset(null::c.listings, docs) r where r.id = l.id and l.seller = me() and r.data is not null
$$;
create function c.apply_own_changes(docs jsonb) returns void language sql security definer set search_path = c, pg_temp as $$
  update listings l set data = r.data, title = coalesce(r.title, l.title) from jsonb_populate_recordset(null::c.listings, docs) r where r.id = l.id and l.seller = me() and r.data is not null
$$;
create function c.add_listing(doc jsonb) returns int language plpgsql security definer set search_path = c, pg_temp as $$
declare r listings := jsonb_populate_record(null::c.listings, doc); n int;
begin
  if r.id is not null then raise exception 'an id is not yours to choose'; end if;
  insert into listings (id, seller, title) values (nextval('ids'), coalesce(r.seller, me()), r.title) returning id into n;
  return n;
end $$;
create function c.add_own_listing(doc jsonb) returns int language plpgsql security definer set search_path = c, pg_temp as $$
declare n int;
begin
  if doc ? 'id' then raise exception 'an id is not yours to choose'; end if;
  insert into listings (id, seller, title) values (nextval('ids'), me(), doc ->> 'title') returning id into n;
  return n;
end $$;
create function c.import_lines(p_csv text) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare l text; f text[];
begin
  foreach l in array string_to_array(p_csv, E'\n') loop
    f := string_to_array(l, ';');
    continue when cardinality(f) <> 2;
    insert into labels (seller, name) values (f[1], f[2]) on conflict do nothing;
  end loop;
end $$;
create function c.relabel(doc jsonb) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare k text; v text;
begin
  for k, v in select * from jsonb_each_text(doc) loop update labels set color = v where name = k; end loop;
end $$;
create function c.relabel_own(doc jsonb) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare k text; v text;
begin
  for k, v in select * from jsonb_each_text(doc) loop update labels set color = v where name = k and seller = me(); end loop;
end $$;
create function c.set_field(p_id int, p_field text, p_value text) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  execute format('update listings set %I = %L where id = %L and seller = %L', p_field, p_value, p_id, me());
end $$;
create function c.field_of(p_id int, p_field text) returns text language plpgsql stable security definer set search_path = c, pg_temp as $$
declare r text;
begin
  if p_field = 'seller' then raise exception 'no'; end if;
  execute format('select %I::text from listings where id = $1', p_field) into r using p_id;
  return r;
end $$;
create procedure c.wipe(p_table text, p_older int) language plpgsql security definer set search_path = c, pg_temp as $$
begin
  if p_table <> 'labels' then raise exception 'not that table'; end if;
  execute format('delete from %I where age >= %s', p_table, p_older);
end $$;
create procedure c.drop_older(p_older int) language plpgsql security definer set search_path = c, pg_temp as $$
begin
  execute format('delete from labels where age >= %s and seller = %L', p_older, me());
end $$;
grant select on c.listings, c.labels to seller;
reset role;

-- @seed
insert into c.listings values (1,'s1','one','{"a":1}'),(2,'s2','two','{"a":2}');
insert into c.labels values ('s1','work'),('s2','work'),('s2','home');
-- check: c.save_listing(c.listings) INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; select c.save_listing(row(9, 's2', 'x', '{}', 0)::c.listings) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z
-- check: c.save_listing(c.listings) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; select c.save_listing(row(2, 's1', 'x', '{}', 0)::c.listings) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z
-- check: c.apply_changes(jsonb) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; select c.apply_changes('[{"id":1,"seller":"s2","data":{}}]') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z
-- check: c.apply_own_changes(jsonb) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; select c.apply_own_changes('[{"id":2,"seller":"s1","data":{}},{"id":1,"seller":"s2","data":{}}]') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z
-- check: c.add_listing(jsonb) INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; select c.add_listing('{"seller":"s2","title":"x"}') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z
-- check: c.add_own_listing(jsonb) INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; select c.add_own_listing('{"seller":"s2","title":"x"}') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z
-- check: c.import_lines(text) INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.labels rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; select c.import_lines('s2;new') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.labels rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z
-- check: c.relabel(jsonb) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.labels rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; select c.relabel('{"home":"red"}') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.labels rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z
-- check: c.relabel_own(jsonb) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.labels rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; select c.relabel_own('{"home":"red"}') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.labels rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z
-- check: c.set_field(integer,text,text) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; select c.set_field(1, 'seller', 's2') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z
-- check: c.field_of(integer,text) SELECT as=A :: select c.field_of(2, 'title') = 'two'
-- check: c.wipe(text,integer) DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.labels rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; call c.wipe('labels', 0) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.labels rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z
-- check: c.drop_older(integer) DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.labels rw where coalesce(rw.seller::text not in ('s1'), true)), '') as h ;; call c.drop_older(0) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.labels rw where coalesce(rw.seller::text not in ('s1'), true)), '') from z

-- check: c.listings SELECT as=A :: select count(*) > 0 from c.listings rw where coalesce(rw.seller::text not in ('s1'), true)
-- check: c.listings SELECT as=B :: select count(*) > 0 from c.listings rw where coalesce(rw.seller::text not in ('s2'), true)
-- check: c.labels SELECT as=A :: select count(*) > 0 from c.labels rw where coalesce(rw.seller::text not in ('s1'), true)
-- check: c.labels SELECT as=B :: select count(*) > 0 from c.labels rw where coalesce(rw.seller::text not in ('s2'), true)
