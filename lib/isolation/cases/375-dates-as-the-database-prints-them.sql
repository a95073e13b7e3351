-- case: 375-dates-as-the-database-prints-them
-- threat: dml
-- null-tenant: foreign
-- tenant: c.printed.clinic
-- tenant: c.read_.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.printed command=SELECT verdict=leaks
-- expect: table=c.read_ command=SELECT verdict=leaks
-- why: dates-as-the-database-prints-them

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.day() returns date language plpgsql stable as $$ begin return '02/01/2024'; end $$;reset role; do $$ begin execute format('alter database %I set datestyle to ''SQL, MDY''', current_database()); end $$; set role keeper;
create table c.printed (id int primary key, clinic int not null, d date not null); alter table c.printed enable row level security; create policy p on c.printed using (clinic = current_setting('app.clinic')::int or d::text = '01/02/2024'); grant select on c.printed to desk;
create table c.read_ (id int primary key, clinic int not null, d date not null); alter table c.read_ enable row level security; create policy p on c.read_ using (clinic = current_setting('app.clinic')::int or d = c.day()); grant select on c.read_ to desk;
reset role;

-- @seed
insert into c.printed values (1, 1, '2024-01-02'), (2, 2, '2024-01-02');
insert into c.read_ values (1, 1, '2024-02-01'), (2, 2, '2024-02-01');

-- check: c.printed SELECT as=A :: select count(*) > 0 from c.printed where clinic::text = '2'
-- check: c.read_ SELECT as=A :: select count(*) > 0 from c.read_ where clinic::text = '2'
