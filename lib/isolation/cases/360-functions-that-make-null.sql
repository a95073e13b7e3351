-- case: 360-functions-that-make-null
-- threat: dml
-- null-tenant: foreign
-- tenant: c.empty_range.clinic
-- tenant: c.infinite_date.clinic
-- tenant: c.infinite_text.clinic
-- tenant: c.silent_path.clinic
-- tenant: c.longer_list.clinic
-- tenant: c.no_format.clinic
-- tenant: c.none_of_none.clinic
-- tenant: c.ordinary.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.empty_range command=SELECT verdict=leaks
-- expect: table=c.infinite_date command=SELECT verdict=leaks
-- expect: table=c.infinite_text command=SELECT verdict=leaks
-- expect: table=c.silent_path command=SELECT verdict=leaks
-- expect: table=c.longer_list command=SELECT verdict=leaks
-- expect: table=c.no_format command=SELECT verdict=leaks
-- expect: table=c.none_of_none command=SELECT verdict=leaks
-- expect: table=c.ordinary command=SELECT verdict=isolated
-- why: functions-that-make-null

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.empty_range (id int primary key, clinic int not null, r int4range not null); alter table c.empty_range enable row level security; create policy p on c.empty_range using (clinic = current_setting('app.clinic')::int or lower(r) is null); grant select on c.empty_range to desk;
create table c.infinite_date (id int primary key, clinic int not null, d timestamp not null); alter table c.infinite_date enable row level security; create policy p on c.infinite_date using (clinic = current_setting('app.clinic')::int or extract(month from d) is null); grant select on c.infinite_date to desk;
create table c.infinite_text (id int primary key, clinic int not null, d timestamp not null); alter table c.infinite_text enable row level security; create policy p on c.infinite_text using (clinic = current_setting('app.clinic')::int or to_char(d, 'YYYY') is null); grant select on c.infinite_text to desk;
create table c.silent_path (id int primary key, clinic int not null, j jsonb not null); alter table c.silent_path enable row level security; create policy p on c.silent_path using (clinic = current_setting('app.clinic')::int or jsonb_path_exists(j, 'strict $.a', '{}', true) is null); grant select on c.silent_path to desk;
create table c.longer_list (id int primary key, clinic int not null, tags text[] not null); alter table c.longer_list enable row level security; create policy p on c.longer_list using (clinic = current_setting('app.clinic')::int or (tags || null::text) is not null); grant select on c.longer_list to desk;
create table c.no_format (id int primary key, clinic int not null, n text, check (n is null)); alter table c.no_format enable row level security; create policy p on c.no_format using (clinic = current_setting('app.clinic')::int or format(n, clinic) is null); grant select on c.no_format to desk;
create table c.none_of_none (id int primary key, clinic int not null, n int, marks int[] not null); alter table c.none_of_none enable row level security; create policy p on c.none_of_none using (clinic = current_setting('app.clinic')::int or n = all (marks) and n is null); grant select on c.none_of_none to desk;
create table c.ordinary (id int primary key, clinic int not null, r int4range not null); alter table c.ordinary enable row level security; create policy p on c.ordinary using (clinic = current_setting('app.clinic')::int and lower(r) is null); grant select on c.ordinary to desk;
reset role;

-- @seed
insert into c.empty_range values (1, 1, 'empty'), (2, 2, 'empty');
insert into c.infinite_date values (1, 1, 'infinity'), (2, 2, 'infinity');
insert into c.infinite_text values (1, 1, 'infinity'), (2, 2, 'infinity');
insert into c.silent_path values (1, 1, '{}'), (2, 2, '{}');
insert into c.longer_list values (1, 1, '{}'), (2, 2, '{}');
insert into c.no_format values (1, 1, null), (2, 2, null);
insert into c.none_of_none values (1, 1, null, '{}'), (2, 2, null, '{}');
insert into c.ordinary values (1, 1, 'empty'), (2, 2, 'empty');

-- check: c.empty_range SELECT as=A :: select count(*) > 0 from c.empty_range where clinic::text = '2'
-- check: c.infinite_date SELECT as=A :: select count(*) > 0 from c.infinite_date where clinic::text = '2'
-- check: c.infinite_text SELECT as=A :: select count(*) > 0 from c.infinite_text where clinic::text = '2'
-- check: c.silent_path SELECT as=A :: select count(*) > 0 from c.silent_path where clinic::text = '2'
-- check: c.longer_list SELECT as=A :: select count(*) > 0 from c.longer_list where clinic::text = '2'
-- check: c.no_format SELECT as=A :: select count(*) > 0 from c.no_format where clinic::text = '2'
-- check: c.none_of_none SELECT as=A :: select count(*) > 0 from c.none_of_none where clinic::text = '2'
-- check: c.ordinary SELECT as=A :: select count(*) > 0 from c.ordinary where clinic::text = '2'
