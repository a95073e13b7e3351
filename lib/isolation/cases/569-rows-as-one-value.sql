-- case: 569-rows-as-one-value
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t1.clinic
-- tenant: c.t2.clinic
-- tenant: c.t3.clinic
-- tenant: c.t4.clinic
-- tenant: c.t5.clinic
-- tenant: c.t6.clinic
-- tenant: c.t7.clinic
-- tenant: c.t8.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t1 command=SELECT verdict=leaks
-- expect: table=c.t2 command=SELECT verdict=leaks
-- expect: table=c.t3 command=SELECT verdict=leaks
-- expect: table=c.t4 command=SELECT verdict=leaks
-- expect: table=c.t5 command=SELECT verdict=leaks
-- expect: table=c.t6 command=SELECT verdict=leaks
-- expect: table=c.t7 command=SELECT verdict=leaks
-- expect: table=c.t8 command=SELECT verdict=leaks
-- why: rows that are one value have equal NULLs; what a row is besides its columns may be anything

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;

create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t1 (id int primary key, clinic int not null, note text); alter table c.t1 enable row level security; create policy own on c.t1 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or ctid = '(0,2)'); grant select on c.t1 to desk;
create table c.t2 (id int primary key, clinic int not null, note text); alter table c.t2 enable row level security; create policy own on c.t2 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or tableoid = 'c.t2'::regclass); grant select on c.t2 to desk;
create table c.t3 (id int primary key, clinic int not null, note text); alter table c.t3 enable row level security; create policy own on c.t3 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or xmin::text <> '0'); grant select on c.t3 to desk;
create table c.t4 (id int primary key, clinic int not null, note text); alter table c.t4 enable row level security; create policy own on c.t4 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or t4 is not null); grant select on c.t4 to desk;
create table c.t5 (id int primary key, clinic int not null, note text); alter table c.t5 enable row level security; create policy own on c.t5 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or (t5).clinic = 2); grant select on c.t5 to desk;
create table c.t6 (id int primary key, clinic int not null, note text); alter table c.t6 enable row level security; create policy own on c.t6 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or (to_jsonb(t6) ->> 'clinic') = '2'); grant select on c.t6 to desk;
create table c.t7 (id int primary key, clinic int not null, note text); alter table c.t7 enable row level security; create policy own on c.t7 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or t7 = row(2,2,null)::c.t7); grant select on c.t7 to desk;
create table c.t8 (id int primary key, clinic int not null, note text); alter table c.t8 enable row level security; create policy own on c.t8 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or (id, clinic) > (1, 1)); grant select on c.t8 to desk;

reset role;


-- @seed
insert into c.t1 values (1,1,'x'),(2,2,'x');insert into c.t2 values (1,1,'x'),(2,2,'x');insert into c.t3 values (1,1,'x'),(2,2,'x');insert into c.t4 values (1,1,'x'),(2,2,'x');insert into c.t5 values (1,1,'x'),(2,2,'x');insert into c.t6 values (1,1,'x'),(2,2,'x');insert into c.t7 values (1,1,'x'),(2,2,null);insert into c.t8 values (1,1,'x'),(2,2,'x');

-- check: c.t1 SELECT as=A :: select count(*) > 0 from c.t1 where clinic = 2
-- check: c.t2 SELECT as=A :: select count(*) > 0 from c.t2 where clinic = 2
-- check: c.t3 SELECT as=A :: select count(*) > 0 from c.t3 where clinic = 2
-- check: c.t4 SELECT as=A :: select count(*) > 0 from c.t4 where clinic = 2
-- check: c.t5 SELECT as=A :: select count(*) > 0 from c.t5 where clinic = 2
-- check: c.t6 SELECT as=A :: select count(*) > 0 from c.t6 where clinic = 2
-- check: c.t7 SELECT as=A :: select count(*) > 0 from c.t7 where clinic = 2
-- check: c.t8 SELECT as=A :: select count(*) > 0 from c.t8 where clinic = 2
