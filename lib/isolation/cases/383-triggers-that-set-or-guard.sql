-- case: 383-triggers-that-set-or-guard
-- threat: dml
-- null-tenant: foreign
-- tenant: c.orders.tenant
-- tenant: c.lines.tenant
-- tenant: c.pays.tenant
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.tenant":"2","app.user":"22"}
-- expect: table=c.orders command=INSERT verdict=isolated
-- expect: table=c.orders command=UPDATE verdict=isolated
-- expect: table=c.lines command=INSERT verdict=leaks
-- expect: table=c.lines command=SELECT verdict=isolated
-- expect: table=c.pays command=INSERT verdict=leaks
-- expect: table=c.pays command=UPDATE verdict=isolated
-- why: a trigger that always sets the tenant holds, one that only fills it does not

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create function c.set_tenant() returns trigger language plpgsql as $$ begin new.tenant := current_setting('app.tenant')::int; return new; end $$;
create function c.set_tenant_if_null() returns trigger language plpgsql as $$ begin if new.tenant is null then new.tenant := current_setting('app.tenant')::int; end if; return new; end $$;
create function c.guard() returns trigger language plpgsql as $$ begin if tg_op = 'UPDATE' and new.tenant is distinct from old.tenant then raise exception 'tenant is fixed'; end if; return new; end $$;
create table c.orders (id int primary key, tenant int not null, total int not null default 0);
create table c.lines (id int primary key, tenant int not null, total int not null default 0);
create table c.pays (id int primary key, tenant int not null, total int not null default 0);
create trigger t before insert or update on c.orders for each row execute function c.set_tenant();
create trigger t before insert on c.lines for each row execute function c.set_tenant_if_null();
create trigger t before insert or update on c.pays for each row execute function c.guard();
alter table c.orders enable row level security; alter table c.lines enable row level security; alter table c.pays enable row level security;
create policy r on c.orders using (tenant = current_setting('app.tenant')::int) with check (true);
create policy r on c.lines for select using (tenant = current_setting('app.tenant')::int);
create policy i on c.lines for insert with check (true);
create policy r on c.pays using (tenant = current_setting('app.tenant')::int) with check (total >= 0);
grant select, insert, update, delete on c.orders, c.lines, c.pays to desk;
reset role;

-- @seed
set session_replication_role = replica; insert into c.orders values (2,2,1); reset session_replication_role; insert into c.lines values (2,2,1); insert into c.pays values (1,1,1), (2,2,1);

-- check: c.orders INSERT as=A :: insert into c.orders values (5,2,1) ;; owner> select count(*) > 1 from c.orders where tenant = 2
-- check: c.orders UPDATE as=A :: update c.orders set tenant = 2 ;; owner> select count(*) > 1 from c.orders where tenant = 2
-- check: c.lines INSERT as=A :: insert into c.lines values (5,2,1) ;; owner> select count(*) > 1 from c.lines where tenant = 2
-- check: c.lines SELECT as=A :: select count(*) > 0 from c.lines where tenant = 2
-- check: c.pays INSERT as=A :: insert into c.pays values (5,2,1) ;; owner> select count(*) > 1 from c.pays where tenant = 2
-- check: c.pays UPDATE as=A :: update c.pays set tenant = 2 ;; owner> select count(*) > 1 from c.pays where tenant = 2
