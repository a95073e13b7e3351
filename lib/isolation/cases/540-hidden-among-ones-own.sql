-- case: 540-hidden-among-ones-own
-- threat: dml
-- null-tenant: foreign
-- tenant: c.bookings.tenant
-- tenant: c.first_of_room.tenant
-- tenant: c.free_rooms()
-- tenant: c.is_crowded()
-- tenant: c.my_rooms()
-- tenant: c.after_mine.tenant
-- tenant: c.offers.tenant
-- tenant: c.orders.tenant
-- tenant: c.holds.tenant
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.tenant":"2"}
-- expect: table=c.bookings command=SELECT verdict=isolated
-- expect: table=c.first_of_room command=SELECT verdict=leaks
-- expect: table=c.free_rooms() command=SELECT verdict=leaks
-- expect: table=c.is_crowded() command=SELECT verdict=leaks
-- expect: table=c.my_rooms() command=SELECT verdict=isolated
-- expect: table=c.after_mine command=SELECT verdict=leaks
-- expect: table=c.offers command=INSERT verdict=leaks
-- expect: table=c.offers command=UPDATE verdict=leaks
-- expect: table=c.orders command=SELECT verdict=leaks channel=covert
-- expect: table=c.orders command=SELECT verdict=isolated
-- why: what many rows of one's own hide, few show: the first of a room, what is free, whether there are more than three

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.tenant() returns int language sql stable as $$ select nullif(current_setting('app.tenant', true), '')::int $$;
create table c.bookings (id int primary key, tenant int not null, room int not null check (room between 1 and 4), starts int not null);
alter table c.bookings enable row level security;
create policy own on c.bookings for select using (tenant = c.tenant());
create view c.first_of_room as select tenant, room, starts from (select distinct on (room) * from c.bookings order by room, starts, id) f where tenant = c.tenant();
create function c.free_rooms() returns setof int language sql stable security definer set search_path = c, pg_temp as $$ select i from generate_series(1, 4) i where i not in (select room from bookings) $$;
create function c.is_crowded() returns boolean language sql stable security definer set search_path = c, pg_temp as $$ select count(*) > 3 from bookings $$;
create function c.my_rooms() returns bigint language sql stable security definer set search_path = c, pg_temp as $$ select count(distinct room) from bookings where tenant = c.tenant() $$;
create view c.after_mine as select b.id, b.tenant from c.bookings b join c.bookings a on a.id = b.starts join c.bookings m on m.id = a.starts
  where b.tenant = c.tenant() and m.tenant = c.tenant();
create table c.listed (code int primary key, of_tenant int not null, price int not null default 0);
create view c.offers as select of_tenant as tenant, code as id, price from c.listed where of_tenant = c.tenant();
create table c.orders (id int primary key, tenant int not null);
create table c.holds (order_id int, tenant int not null);
alter table c.orders enable row level security;
create function c.is_held(k int) returns boolean language sql stable security definer set search_path = c, pg_temp as $$ select exists (select from holds where order_id = k) $$;
create policy own on c.orders for select using (tenant = c.tenant() and not c.is_held(id));
grant select on c.bookings, c.first_of_room, c.after_mine, c.orders to desk;
grant select, insert, update (price) on c.offers to desk;
reset role;

-- @seed
insert into c.bookings values (1, 1, 1, 5), (2, 2, 1, 1), (3, 2, 2, 4), (4, 1, 3, 9), (9, 1, 3, 2);
insert into c.listed values (1, 1, 5), (2, 2, 5);
insert into c.orders values (1, 1), (2, 2);
insert into c.holds values (1, 2);

-- check: c.bookings SELECT as=A :: select count(*) > 0 from c.bookings where tenant = 2
-- check: c.first_of_room SELECT as=A :: select count(*) = 0 from c.first_of_room where room = 1
-- check: c.free_rooms() SELECT as=A :: select count(*) = 1 from c.free_rooms()
-- check: c.is_crowded() SELECT as=A :: select c.is_crowded()
-- check: c.my_rooms() SELECT as=A :: select c.my_rooms() > 2
-- check: c.after_mine SELECT as=A :: owner> update c.bookings set starts = 9 where id = 2 ;; owner> update c.bookings set starts = 2 where id = 1 ;; select count(*) > 0 from c.after_mine
-- check: c.offers INSERT as=A :: insert into c.offers values (2, 9, 1) ;; select true
-- check: c.offers UPDATE as=A :: insert into c.offers values (1, 2, 1) on conflict (id) do update set price = 77 ;; owner> select exists (select from c.listed where of_tenant = 2 and price = 77)
-- check: c.orders SELECT channel=covert as=A :: select count(*) = 0 from c.orders where id = 1
-- check: c.orders SELECT as=A :: select count(*) > 0 from c.orders where tenant = 2
