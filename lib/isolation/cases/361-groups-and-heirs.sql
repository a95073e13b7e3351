-- case: 361-groups-and-heirs
-- threat: dml
-- null-tenant: foreign
-- tenant: c.of_nothing.clinic
-- tenant: c.rolled_up.clinic
-- tenant: c.having_.clinic
-- tenant: c.counted.clinic
-- tenant: c.in_heirs.clinic
-- tenant: c.grouped.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.of_nothing command=SELECT verdict=leaks
-- expect: table=c.rolled_up command=SELECT verdict=leaks
-- expect: table=c.having_ command=SELECT verdict=leaks
-- expect: table=c.counted command=SELECT verdict=leaks
-- expect: table=c.in_heirs command=SELECT verdict=leaks
-- expect: table=c.grouped command=SELECT verdict=isolated
-- why: groups-and-heirs

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.m (usr int, clinic int not null, note text); grant select on c.m to desk; create table c.closed (clinic int); create table c.closed_2 () inherits (c.closed); grant select on c.closed to desk;
create table c.of_nothing (id int primary key, clinic int not null); alter table c.of_nothing enable row level security; create policy p on c.of_nothing using (exists (select count(*) from c.m where m.clinic = of_nothing.clinic and m.usr = current_setting('app.clinic')::int group by ())); grant select on c.of_nothing to desk;
create table c.rolled_up (id int primary key, clinic int not null); alter table c.rolled_up enable row level security; create policy p on c.rolled_up using (exists (select m.clinic from c.m where m.clinic = rolled_up.clinic and m.usr = current_setting('app.clinic')::int group by rollup (m.clinic))); grant select on c.rolled_up to desk;
create table c.having_ (id int primary key, clinic int not null); alter table c.having_ enable row level security; create policy p on c.having_ using (exists (select 1 from c.m where m.clinic = having_.clinic and m.usr = current_setting('app.clinic')::int having true)); grant select on c.having_ to desk;
create table c.counted (id int primary key, clinic int not null); alter table c.counted enable row level security; create policy p on c.counted using (exists (select 1 from (select m.clinic, count(m.note) as n from c.m where m.clinic = counted.clinic group by m.clinic) x where x.n = 0 or x.clinic = current_setting('app.clinic')::int)); grant select on c.counted to desk;
create table c.in_heirs (id int primary key, clinic int not null); alter table c.in_heirs enable row level security; create policy p on c.in_heirs using (not exists (select 1 from only c.closed x where x.clinic = in_heirs.clinic) and (clinic = current_setting('app.clinic')::int or clinic > 1)); grant select on c.in_heirs to desk;
create table c.grouped (id int primary key, clinic int not null); alter table c.grouped enable row level security; create policy p on c.grouped using (exists (select m.clinic from c.m where m.clinic = grouped.clinic and m.usr = current_setting('app.clinic')::int group by m.clinic)); grant select on c.grouped to desk;
reset role;

-- @seed
insert into c.of_nothing values (1, 1), (2, 2);
insert into c.rolled_up values (1, 1), (2, 2);
insert into c.having_ values (1, 1), (2, 2);
insert into c.counted values (1, 1), (2, 2);
insert into c.in_heirs values (1, 1), (2, 2);
insert into c.grouped values (1, 1), (2, 2);
insert into c.m values (1, 1), (2, 2); insert into c.closed_2 values (2);

-- check: c.of_nothing SELECT as=A :: select count(*) > 0 from c.of_nothing where clinic::text = '2'
-- check: c.rolled_up SELECT as=A :: select count(*) > 0 from c.rolled_up where clinic::text = '2'
-- check: c.having_ SELECT as=A :: select count(*) > 0 from c.having_ where clinic::text = '2'
-- check: c.counted SELECT as=A :: select count(*) > 0 from c.counted where clinic::text = '2'
-- check: c.in_heirs SELECT as=A :: select count(*) > 0 from c.in_heirs where clinic::text = '2'
-- check: c.grouped SELECT as=A :: select count(*) > 0 from c.grouped where clinic::text = '2'
