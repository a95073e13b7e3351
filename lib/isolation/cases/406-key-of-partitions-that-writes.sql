-- case: 406-key-of-partitions-that-writes
-- threat: dml
-- null-tenant: foreign
-- tenant: c.o.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.o command=UPDATE verdict=leaks
-- why: the expression of a partition key runs for each row that comes in

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.o (id int primary key, clinic int not null, n int default 0);
alter table c.o enable row level security;
create policy own on c.o using (clinic = current_setting('app.clinic')::int);
grant select on c.o to desk;
create function c.touch(k int) returns int language plpgsql volatile security definer as $$ begin update c.o set n = n + 1 where id = 2; return k; end $$;
create function c.calm(k int) returns int language plpgsql immutable as $$ begin return c.touch(k); end $$;
create table c.t (id int, clinic int not null) partition by list (c.calm(clinic));
create table c.t1 partition of c.t default;
alter table c.t enable row level security;
create policy own on c.t using (clinic = current_setting('app.clinic')::int);
grant insert on c.t to desk;
reset role;

-- @seed
insert into c.o values (1,1),(2,2);

-- check: c.o UPDATE as=A :: insert into c.t (id, clinic) values (9, 1) ;; owner> select count(*) > 0 from c.o where id = 2 and n > 0
