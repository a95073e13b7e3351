-- case: 520-statement-with-no-row
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.tenant
-- tenant: c.notes.tenant
-- tenant: c.log.tenant
-- tenant: c.bills.tenant
-- tenant: c.kept.tenant
-- tenant: c.sums.tenant
-- tenant: c.stamps.tenant
-- tenant: c.told.tenant
-- tenant: c.called.tenant
-- tenant: c.behind.tenant
-- tenant: c.tidy().tenant
-- tenant: c.shown.tenant
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.tenant":"2"}
-- expect: table=c.notes command=UPDATE verdict=leaks
-- expect: table=c.log command=INSERT verdict=leaks
-- expect: table=c.bills command=DELETE verdict=leaks
-- expect: table=c.kept command=DELETE verdict=isolated
-- expect: table=c.sums command=UPDATE verdict=leaks
-- expect: table=c.stamps command=UPDATE verdict=leaks
-- expect: table=c.told command=UPDATE verdict=isolated
-- expect: table=c.tidy() command=DELETE verdict=leaks
-- expect: table=c.shown command=DELETE verdict=leaks
-- why: a rule that does not look at the row, and a trigger for each statement, act though the statement finds no row

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

-- Row security lets nobody see anything here.
create table c.visits (id int primary key, tenant int not null, note text);
alter table c.visits enable row level security;
grant select, insert, update, delete on c.visits to desk;
create table c.notes (id int primary key, tenant int not null, seen boolean);
create table c.log (id int primary key, tenant int not null);
create table c.bills (id int primary key, tenant int not null);
create table c.kept (id int primary key, tenant int not null);
create table c.sums (id int primary key, tenant int not null, n int);
create table c.stamps (id int primary key, tenant int not null, n int);
create table c.told (id int primary key, tenant int not null, n int);
create rule seen as on update to c.visits do also update c.notes set seen = true;
create rule logged as on update to c.visits do also insert into c.log values (9, 2);
create rule billed as on delete to c.visits do also delete from c.bills;
create rule kept as on delete to c.visits do also delete from c.kept where id = old.id;
create function c.sum() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin update c.sums set n = n + 1; return null; end $$;
create trigger sum after update on c.visits for each statement execute function c.sum();
create function c.stamp() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin update c.stamps set n = n + 1; return null; end $$;
create trigger stamp before delete on c.visits for each statement execute function c.stamp();
create function c.tell() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin update c.told set n = n + 1 where id in (select id from gone); return null; end $$;
create trigger tell after delete on c.visits referencing old table as gone for each statement execute function c.tell();
create table c.called (id int primary key, tenant int not null, old boolean);
create table c.behind (id int primary key, tenant int not null);
create function c.follow() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin delete from c.behind; return null; end $$;
create trigger follow after delete on c.called for each statement execute function c.follow();
create function c.tidy() returns table (tenant int) language plpgsql security definer set search_path = c, pg_temp as $$ begin delete from c.called where old and called.tenant = current_setting('app.tenant')::int; end $$;
create view c.shown as select * from c.called where tenant = current_setting('app.tenant')::int and tenant <> current_setting('app.tenant')::int;
grant select, delete on c.shown to desk;
reset role;

-- @seed
insert into c.visits values (1, 1), (2, 2);
insert into c.notes values (1,1),(2,2);
insert into c.bills values (1,1),(2,2);
insert into c.kept values (1,1),(2,2);
insert into c.sums values (1,1,0),(2,2,0);
insert into c.stamps values (1,1,0),(2,2,0);
insert into c.told values (1,1,0),(2,2,0);
insert into c.behind values (1,1),(2,2);

-- check: c.notes UPDATE as=A :: update c.visits set note = 'x' ;; owner> select exists (select from c.notes where tenant = 2 and seen)
-- check: c.log INSERT as=A :: update c.visits set note = 'x' ;; owner> select exists (select from c.log where tenant = 2)
-- check: c.bills DELETE as=A :: delete from c.visits ;; owner> select not exists (select from c.bills where tenant = 2)
-- check: c.kept DELETE as=A :: delete from c.visits ;; owner> select not exists (select from c.kept where tenant = 2)
-- check: c.sums UPDATE as=A :: update c.visits set note = 'x' ;; owner> select exists (select from c.sums where tenant = 2 and n > 0)
-- check: c.stamps UPDATE as=A :: delete from c.visits ;; owner> select exists (select from c.stamps where tenant = 2 and n > 0)
-- check: c.told UPDATE as=A :: delete from c.visits ;; owner> select exists (select from c.told where tenant = 2 and n > 0)
-- check: c.tidy() DELETE as=A :: select * from c.tidy() ;; owner> select not exists (select from c.behind where tenant = 2)
-- check: c.shown DELETE as=A :: delete from c.shown ;; owner> select not exists (select from c.behind where tenant = 2)
