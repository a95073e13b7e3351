-- case: 670-lists-put-together
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.letters.clinic
-- tenant: c.bills.clinic
-- tenant: c.drafts.clinic
-- tenant: c.orders.clinic
-- principal: name=A tenant=00000000-0000-4000-8000-00000000000a role=desk settings={"app.clinic":"00000000-0000-4000-8000-00000000000a"}
-- principal: name=B tenant=00000000-0000-4000-8000-00000000000b role=desk settings={"app.clinic":"00000000-0000-4000-8000-00000000000b"}
-- expect: table=c.notes command=SELECT verdict=isolated
-- why: the clinics where one works and perhaps one more, without NULL
-- expect: table=c.letters command=SELECT verdict=isolated
-- why: everybody's letters are taken out of the list, and one's own stay
-- expect: table=c.bills command=SELECT verdict=leaks
-- why: a NULL that was added to the list makes "is null" true for every row
-- expect: table=c.drafts command=SELECT verdict=leaks
-- why: what is taken out of the list is one's own clinic
-- expect: table=c.orders command=SELECT verdict=isolated
-- why: NULL added to a list leaves it without a false, and so nothing passes

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.members (clinic uuid not null, ends date);
create function c.mine() returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $f$
declare found_in uuid[];
begin
  found_in := array(select m.clinic from c.members m where m.clinic::text = current_setting('app.clinic') and m.ends is null);
  return found_in;
end $f$;
create function c.one_more() returns uuid language sql stable as $f$ select nullif(current_setting('app.also', true), '')::uuid $f$;
create function c.acting() returns uuid[] language sql stable security definer set search_path = pg_catalog, pg_temp
  as $f$ select array_remove(c.mine() || c.one_more(), null) $f$;
create table c.notes (id int primary key, clinic uuid not null);
create table c.letters (id int primary key, clinic uuid not null);
create table c.bills (id int primary key, clinic uuid not null);
create table c.drafts (id int primary key, clinic uuid not null);
create table c.orders (id int primary key, clinic uuid not null);
grant select on all tables in schema c to desk;
alter table c.notes enable row level security;
alter table c.letters enable row level security;
alter table c.bills enable row level security;
alter table c.drafts enable row level security;
alter table c.orders enable row level security;
create policy own on c.notes using (clinic = any ((select c.acting())::uuid[]));
create policy own on c.letters using (
  clinic = any (array_remove(current_setting('app.clinic')::uuid || c.mine(), '00000000-0000-4000-8000-00000000000c'::uuid)));
create policy own on c.bills using (
  (clinic = any (array[current_setting('app.clinic')::uuid] || null::uuid)) is not false);
create policy own on c.drafts using (clinic <> all (array_remove(
  array[current_setting('app.clinic')::uuid, '00000000-0000-4000-8000-00000000000c'::uuid], current_setting('app.clinic')::uuid)));
create policy own on c.orders using (not (clinic = any (c.mine() || null::uuid)));
reset role;

-- @seed
insert into c.members values ('00000000-0000-4000-8000-00000000000a', null), ('00000000-0000-4000-8000-00000000000b', null);
insert into c.notes values (1, '00000000-0000-4000-8000-00000000000a'), (2, '00000000-0000-4000-8000-00000000000b');
insert into c.letters table c.notes;
insert into c.bills table c.notes;
insert into c.drafts table c.notes;
insert into c.orders table c.notes;

-- check: c.notes SELECT as=A :: select count(*) > 0 from c.notes where clinic::text like '%b'
-- check: c.letters SELECT as=A :: select count(*) > 0 from c.letters where clinic::text like '%b'
-- check: c.bills SELECT as=A :: select count(*) > 0 from c.bills where clinic::text like '%b'
-- check: c.drafts SELECT as=A :: select count(*) > 0 from c.drafts where clinic::text like '%b'
-- check: c.orders SELECT as=A :: select count(*) > 0 from c.orders where clinic::text like '%b'
