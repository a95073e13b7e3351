-- case: 363-names-in-scope
-- threat: dml
-- null-tenant: foreign
-- tenant: c.of_a_view.clinic
-- tenant: c.two_schemas.clinic
-- tenant: c.day.clinic
-- tenant: c.moment.clinic
-- tenant: c.bytes.clinic
-- tenant: c.role_.clinic
-- tenant: c.no_day.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.of_a_view command=SELECT verdict=leaks
-- expect: table=c.two_schemas command=SELECT verdict=leaks
-- expect: table=c.day command=SELECT verdict=leaks
-- expect: table=c.moment command=SELECT verdict=leaks
-- expect: table=c.bytes command=SELECT verdict=leaks
-- expect: table=c.role_ command=SELECT verdict=leaks
-- expect: table=c.no_day command=SELECT verdict=isolated
-- why: names-in-scope

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.cfg (id int, name text check (name <> 'port')); create table c.m (usr int, clinic int); reset role; create schema if not exists d authorization keeper; set role keeper; create table d.m (usr int, clinic int); create table c.days (day date, moment timestamptz, bytes bytea); create table c.one (k int); create table c.gone (k int, clinic int);create function c.by_of_a_view(k int) returns boolean language sql stable security definer as $$ select exists (select 1 from c.cfg where exists (select 1 from pg_catalog.pg_settings where name = 'port')) $$;
create function c.by_two_schemas(k int) returns boolean language sql stable security definer as $$ select exists (select 1 from c.m, d.m where c.m.clinic = k and d.m.clinic = current_setting('app.clinic')::int) $$;
create function c.by_day(k int) returns boolean language sql stable security definer as $$ select exists (select 1 from c.days where day = '1 Jan 2024') $$;
create function c.by_moment(k int) returns boolean language sql stable security definer as $$ select exists (select 1 from c.days where moment = '2024-01-01 00:00:00+03') $$;
create function c.by_bytes(k int) returns boolean language sql stable security definer as $$ select exists (select 1 from c.days where bytes = 'abc') $$;
create function c.by_role_(k int) returns boolean language sql stable security definer as $$ select current_setting('role') <> 'keeper' $$;
create function c.by_no_day(k int) returns boolean language sql stable security definer as $$ select exists (select 1 from c.days where day = '2 Jan 2024') $$;
create table c.of_a_view (id int primary key, clinic int not null); alter table c.of_a_view enable row level security; create policy p on c.of_a_view using (clinic = current_setting('app.clinic')::int or c.by_of_a_view(clinic)); grant select on c.of_a_view to desk;
create table c.two_schemas (id int primary key, clinic int not null); alter table c.two_schemas enable row level security; create policy p on c.two_schemas using (clinic = current_setting('app.clinic')::int or c.by_two_schemas(clinic)); grant select on c.two_schemas to desk;
create table c.day (id int primary key, clinic int not null); alter table c.day enable row level security; create policy p on c.day using (clinic = current_setting('app.clinic')::int or c.by_day(clinic)); grant select on c.day to desk;
create table c.moment (id int primary key, clinic int not null); alter table c.moment enable row level security; create policy p on c.moment using (clinic = current_setting('app.clinic')::int or c.by_moment(clinic)); grant select on c.moment to desk;
create table c.bytes (id int primary key, clinic int not null); alter table c.bytes enable row level security; create policy p on c.bytes using (clinic = current_setting('app.clinic')::int or c.by_bytes(clinic)); grant select on c.bytes to desk;
create table c.role_ (id int primary key, clinic int not null); alter table c.role_ enable row level security; create policy p on c.role_ using (clinic = current_setting('app.clinic')::int or c.by_role_(clinic)); grant select on c.role_ to desk;
create table c.no_day (id int primary key, clinic int not null); alter table c.no_day enable row level security; create policy p on c.no_day using (clinic = current_setting('app.clinic')::int or c.by_no_day(clinic)); grant select on c.no_day to desk;
reset role;

-- @seed
insert into c.of_a_view values (1, 1), (2, 2);
insert into c.two_schemas values (1, 1), (2, 2);
insert into c.day values (1, 1), (2, 2);
insert into c.moment values (1, 1), (2, 2);
insert into c.bytes values (1, 1), (2, 2);
insert into c.role_ values (1, 1), (2, 2);
insert into c.no_day values (1, 1), (2, 2);
insert into c.cfg values (1, 'y'); insert into c.m values (1, 1), (2, 2); insert into d.m values (1, 1), (2, 2); insert into c.days values ('2024-01-01', '2024-01-01 00:00:00+03', 'abc');

-- check: c.of_a_view SELECT as=A :: select count(*) > 0 from c.of_a_view where clinic::text = '2'
-- check: c.two_schemas SELECT as=A :: select count(*) > 0 from c.two_schemas where clinic::text = '2'
-- check: c.day SELECT as=A :: select count(*) > 0 from c.day where clinic::text = '2'
-- check: c.moment SELECT as=A :: select count(*) > 0 from c.moment where clinic::text = '2'
-- check: c.bytes SELECT as=A :: select count(*) > 0 from c.bytes where clinic::text = '2'
-- check: c.role_ SELECT as=A :: select count(*) > 0 from c.role_ where clinic::text = '2'
-- check: c.no_day SELECT as=A :: select count(*) > 0 from c.no_day where clinic::text = '2'
