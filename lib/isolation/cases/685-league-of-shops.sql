-- case: 685-league-of-shops
-- threat: dml
-- null-tenant: foreign
-- tenant: s.sales.shop
-- tenant: s.shops.id
-- tenant: s.my_rank.id
-- tenant: s.my_dense.id
-- tenant: s.my_share.shop
-- tenant: s.my_gap.shop
-- tenant: s.my_running.shop
-- tenant: s.next_no(text)
-- tenant: s.percentile()
-- tenant: s.is_best()
-- tenant: s.nearest.shop
-- principal: name=A tenant=acme role=app settings={"app.shop":"acme"}
-- principal: name=B tenant=bloom role=app settings={"app.shop":"bloom"}
-- expect: table=s.shops command=SELECT verdict=isolated
-- expect: table=s.sales command=SELECT verdict=isolated
-- expect: table=s.sales command=INSERT verdict=isolated
-- expect: table=s.my_rank command=SELECT verdict=leaks
-- expect: table=s.my_dense command=SELECT verdict=leaks
-- expect: table=s.my_share command=SELECT verdict=leaks
-- expect: table=s.my_gap command=SELECT verdict=isolated
-- expect: table=s.my_running command=SELECT verdict=isolated
-- expect: table=s.nearest command=SELECT verdict=leaks
-- expect: table=s.next_no(text) command=SELECT verdict=leaks
-- expect: table=s.percentile() command=SELECT verdict=leaks
-- expect: table=s.is_best() command=SELECT verdict=leaks

do $$ declare r text; begin foreach r in array array['app','keeper'] loop begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end; end loop; end $$;
create schema s authorization keeper; grant usage on schema s to app;
set role keeper;
create table s.shops (id text primary key, city text not null, score int not null default 0);
create table s.sales (id int primary key, shop text not null references s.shops, no int not null, at date not null, total numeric not null, unique (shop, no));
alter table s.shops enable row level security; alter table s.sales enable row level security;
create policy p on s.shops using (id = current_setting('app.shop'));
create policy p on s.sales using (shop = current_setting('app.shop'));
grant select on s.shops to app; grant select, insert on s.sales to app;
create view s.my_rank as select * from (select id, rank() over (order by score desc) as place from s.shops) r where id = current_setting('app.shop');
create view s.my_dense as select * from (select id, dense_rank() over (order by city) as place from s.shops) r where id = current_setting('app.shop');
create view s.my_share as select * from (select shop, id, total / nullif(sum(total) over (partition by at), 0) as part from s.sales) r where shop = current_setting('app.shop');
create view s.my_gap as select * from (select shop, id, total - lag(total) over (partition by shop order by at, id) as gap from s.sales) r where shop = current_setting('app.shop');
create view s.my_running as select * from (select shop, id, sum(total) over (partition by shop order by at, id) as total from s.sales) r where shop = current_setting('app.shop');
create view s.nearest as select a.shop, a.id, (select min(b.total) from s.sales b where b.at = a.at and b.id <> a.id) as next from s.sales a where a.shop = current_setting('app.shop');
grant select on s.my_rank, s.my_dense, s.my_share, s.my_gap, s.my_running, s.nearest to app;
create function s.next_no(which text) returns int language sql stable security definer set search_path = '' as $$ select coalesce(max(no), 0) + 1 from s.sales where shop = which $$;
create function s.percentile() returns numeric language sql stable security definer set search_path = '' as $$ select round(avg((o.score < m.score)::int), 2) from s.shops o, s.shops m where m.id = current_setting('app.shop') $$;
create function s.is_best() returns boolean language sql stable security definer set search_path = '' as $$ select not exists (select from s.shops o, s.shops m where m.id = current_setting('app.shop') and o.score > m.score) $$;
grant execute on all functions in schema s to app;
reset role;

-- @seed
insert into s.shops values ('acme','x',1),('bloom','a',5);
insert into s.sales values (1,'acme',1,'2024-01-01',10),(2,'acme',2,'2024-01-02',20),(3,'bloom',7,'2024-01-01',30);

-- check: s.shops SELECT as=A :: select count(*) > 0 from s.shops where id = 'bloom'
-- check: s.sales SELECT as=A :: select count(*) > 0 from s.sales where shop = 'bloom'
-- check: s.sales INSERT as=A :: insert into s.sales values (9,'bloom',9,'2024-01-01',1) ;; owner> select count(*) > 0 from s.sales where id = 9
-- check: s.my_rank SELECT as=A :: select place = 2 from s.my_rank
-- check: s.my_dense SELECT as=A :: select place = 2 from s.my_dense
-- check: s.my_share SELECT as=A :: select bool_or(part < 1) from s.my_share
-- check: s.my_gap SELECT as=A :: select count(*) > 0 from s.my_gap where shop = 'bloom' or gap not in (10)
-- check: s.my_running SELECT as=A :: select count(*) > 0 from s.my_running where shop = 'bloom' or total > 30
-- check: s.nearest SELECT as=A :: select bool_or(next = 30) from s.nearest
-- check: s.next_no(text) SELECT as=A :: select s.next_no('bloom') = 8
-- check: s.percentile() SELECT as=A :: select s.percentile() < 0.4
-- check: s.is_best() SELECT as=A :: select not s.is_best()
