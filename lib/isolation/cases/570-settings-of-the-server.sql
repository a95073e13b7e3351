-- case: 570-settings-of-the-server
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
-- tenant: c.t9.clinic
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
-- expect: table=c.t9 command=SELECT verdict=leaks
-- why: a setting of PostgreSQL's own that differs between connections is not what the one that asks has

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;

create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t1 (id int primary key, clinic int not null, note text); alter table c.t1 enable row level security; create policy own on c.t1 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or current_setting('transaction_read_only') = 'off'); grant select on c.t1 to desk;
create table c.t2 (id int primary key, clinic int not null, note text); alter table c.t2 enable row level security; create policy own on c.t2 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or current_setting('statement_timeout') = '0'); grant select on c.t2 to desk;
create table c.t3 (id int primary key, clinic int not null, note text); alter table c.t3 enable row level security; create policy own on c.t3 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or current_setting('lock_timeout') = '0'); grant select on c.t3 to desk;
create table c.t4 (id int primary key, clinic int not null, note text); alter table c.t4 enable row level security; create policy own on c.t4 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or current_setting('idle_in_transaction_session_timeout') = '0'); grant select on c.t4 to desk;
create table c.t5 (id int primary key, clinic int not null, note text); alter table c.t5 enable row level security; create policy own on c.t5 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or current_setting('default_transaction_read_only') = 'off'); grant select on c.t5 to desk;
create table c.t6 (id int primary key, clinic int not null, note text); alter table c.t6 enable row level security; create policy own on c.t6 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or current_setting('row_security') = 'on'); grant select on c.t6 to desk;
create table c.t7 (id int primary key, clinic int not null, note text); alter table c.t7 enable row level security; create policy own on c.t7 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or current_setting('client_min_messages') = 'notice'); grant select on c.t7 to desk;
create table c.t8 (id int primary key, clinic int not null, note text); alter table c.t8 enable row level security; create policy own on c.t8 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or current_setting('transaction_isolation') = 'read committed'); grant select on c.t8 to desk;
create table c.t9 (id int primary key, clinic int not null, note text); alter table c.t9 enable row level security; create policy own on c.t9 for select using (clinic = nullif(current_setting('app.clinic', true), '')::int or current_setting('search_path') <> ''); grant select on c.t9 to desk;

reset role;


-- @seed
insert into c.t1 values (1,1),(2,2);insert into c.t2 values (1,1),(2,2);insert into c.t3 values (1,1),(2,2);insert into c.t4 values (1,1),(2,2);insert into c.t5 values (1,1),(2,2);insert into c.t6 values (1,1),(2,2);insert into c.t7 values (1,1),(2,2);insert into c.t8 values (1,1),(2,2);insert into c.t9 values (1,1),(2,2);

-- check: c.t1 SELECT as=A :: select count(*) > 0 from c.t1 where clinic = 2
-- check: c.t2 SELECT as=A :: select count(*) > 0 from c.t2 where clinic = 2
-- check: c.t3 SELECT as=A :: select count(*) > 0 from c.t3 where clinic = 2
-- check: c.t4 SELECT as=A :: select count(*) > 0 from c.t4 where clinic = 2
-- check: c.t5 SELECT as=A :: select count(*) > 0 from c.t5 where clinic = 2
-- check: c.t6 SELECT as=A :: select count(*) > 0 from c.t6 where clinic = 2
-- check: c.t7 SELECT as=A :: select count(*) > 0 from c.t7 where clinic = 2
-- check: c.t8 SELECT as=A :: select count(*) > 0 from c.t8 where clinic = 2
-- check: c.t9 SELECT as=A :: select count(*) > 0 from c.t9 where clinic = 2
