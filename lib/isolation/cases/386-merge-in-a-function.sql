-- case: 386-merge-in-a-function
-- threat: dml
-- null-tenant: foreign
-- tenant: c.stock.tenant
-- tenant: c.put(integer,integer)
-- tenant: c.sync(integer,integer,integer)
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.tenant":"2","app.user":"22"}
-- expect: table=c.put(integer,integer) command=UPDATE verdict=isolated
-- expect: table=c.put(integer,integer) command=INSERT verdict=isolated
-- expect: table=c.sync(integer,integer,integer) command=UPDATE verdict=leaks
-- expect: table=c.sync(integer,integer,integer) command=INSERT verdict=leaks
-- why: MERGE is followed branch by branch

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create table c.stock (tenant int not null, item int not null, qty int not null, primary key (tenant, item));
alter table c.stock enable row level security;
create policy p on c.stock using (tenant = current_setting('app.tenant')::int);
create function c.put(i int, q int) returns void language sql security definer set search_path = c, pg_temp as $$ merge into stock s using (select current_setting('app.tenant')::int as t, i as item, q as qty) n on s.tenant = n.t and s.item = n.item when matched then update set qty = n.qty when not matched then insert values (n.t, n.item, n.qty) $$;
create function c.sync(t int, i int, q int) returns void language sql security definer set search_path = c, pg_temp as $$ merge into stock s using (select t as t, i as item, q as qty) n on s.tenant = n.t and s.item = n.item when matched then update set qty = n.qty when not matched then insert values (n.t, n.item, n.qty) $$;
grant select on c.stock to desk; grant execute on all functions in schema c to desk;
reset role;

-- @seed
insert into c.stock values (1,1,1),(2,1,2);

-- check: c.put(integer,integer) UPDATE as=A :: select c.put(1, 99) ;; owner> select count(*) > 0 from c.stock where tenant = 2 and qty = 99
-- check: c.put(integer,integer) INSERT as=A :: select c.put(7, 99) ;; owner> select count(*) > 0 from c.stock where tenant = 2 and qty = 99
-- check: c.sync(integer,integer,integer) UPDATE as=A :: select c.sync(2, 1, 99) ;; owner> select count(*) > 0 from c.stock where tenant = 2 and qty = 99
-- check: c.sync(integer,integer,integer) INSERT as=A :: select c.sync(2, 8, 99) ;; owner> select count(*) > 0 from c.stock where tenant = 2 and qty = 99
