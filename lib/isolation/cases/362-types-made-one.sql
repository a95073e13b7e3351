-- case: 362-types-made-one
-- threat: dml
-- null-tenant: foreign
-- tenant: c.numbers.clinic
-- tenant: c.largest.clinic
-- tenant: c.nullif_.clinic
-- tenant: c.letters.clinic
-- tenant: c.dates.clinic
-- tenant: c.cut.clinic
-- tenant: c.padded.clinic
-- tenant: c.octets.clinic
-- tenant: c.nested.clinic
-- tenant: c.place.clinic
-- tenant: c.year.clinic
-- tenant: c.side_by_side.clinic
-- tenant: c.bits.clinic
-- tenant: c.whole.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.numbers command=SELECT verdict=leaks
-- expect: table=c.largest command=SELECT verdict=leaks
-- expect: table=c.nullif_ command=SELECT verdict=leaks
-- expect: table=c.letters command=SELECT verdict=leaks
-- expect: table=c.dates command=SELECT verdict=leaks
-- expect: table=c.cut command=SELECT verdict=leaks
-- expect: table=c.padded command=SELECT verdict=leaks
-- expect: table=c.octets command=SELECT verdict=leaks
-- expect: table=c.nested command=SELECT verdict=leaks
-- expect: table=c.place command=SELECT verdict=leaks
-- expect: table=c.year command=SELECT verdict=leaks
-- expect: table=c.side_by_side command=SELECT verdict=leaks
-- expect: table=c.bits command=SELECT verdict=leaks
-- expect: table=c.whole command=SELECT verdict=isolated
-- why: types-made-one

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.by_numbers(k int) returns boolean language sql stable security definer as $$ select coalesce(1, 1.5) / 2 > 0 $$;
create function c.by_largest(k int) returns boolean language sql stable security definer as $$ select greatest(1, 0.5) / 2 > 0 $$;
create function c.by_nullif_(k int) returns boolean language sql stable security definer as $$ select nullif(3, 0.5) / 2 > 1 $$;
create function c.by_letters(k int) returns boolean language sql stable security definer as $$ select length(coalesce('ab'::char(5), 'abcdef'::text) || '.') = 3 $$;
create function c.by_dates(k int) returns boolean language sql stable security definer as $$ select length(coalesce('2024-01-01'::date, '2020-01-01'::timestamp)::text) > 12 $$;
create function c.by_cut(k int) returns boolean language sql stable security definer as $$ select 'abcdef'::varchar(3) = 'abc' $$;
create function c.by_padded(k int) returns boolean language sql stable security definer as $$ select 'a '::char(3) like 'a  ' $$;
create function c.by_octets(k int) returns boolean language sql stable security definer as $$ select octet_length('a'::char(3)) = 3 $$;
create function c.by_nested(k int) returns boolean language sql stable security definer as $$ select ('{{1,2},{3,4}}'::int[])[2][1] = 3 $$;
create function c.by_place(k int) returns boolean language sql stable security definer as $$ select position('b' in 'abc') = 2 $$;
create function c.by_year(k int) returns boolean language sql stable security definer as $$ select extract(year from date '2024-05-01') = 2024 $$;
create function c.by_side_by_side(k int) returns boolean language sql stable security definer as $$ select exists (select 1 from (select generate_series(1, 2) as a, generate_series(1, 3) as b) q where a is null) $$;
create function c.by_bits(k int) returns boolean language sql stable security definer as $$ select b'101'::int = 5 $$;
create function c.by_whole(k int) returns boolean language sql stable security definer as $$ select coalesce(3, 1) / 2 = 5 $$;
create table c.numbers (id int primary key, clinic int not null); alter table c.numbers enable row level security; create policy p on c.numbers using (clinic = current_setting('app.clinic')::int or c.by_numbers(clinic)); grant select on c.numbers to desk;
create table c.largest (id int primary key, clinic int not null); alter table c.largest enable row level security; create policy p on c.largest using (clinic = current_setting('app.clinic')::int or c.by_largest(clinic)); grant select on c.largest to desk;
create table c.nullif_ (id int primary key, clinic int not null); alter table c.nullif_ enable row level security; create policy p on c.nullif_ using (clinic = current_setting('app.clinic')::int or c.by_nullif_(clinic)); grant select on c.nullif_ to desk;
create table c.letters (id int primary key, clinic int not null); alter table c.letters enable row level security; create policy p on c.letters using (clinic = current_setting('app.clinic')::int or c.by_letters(clinic)); grant select on c.letters to desk;
create table c.dates (id int primary key, clinic int not null); alter table c.dates enable row level security; create policy p on c.dates using (clinic = current_setting('app.clinic')::int or c.by_dates(clinic)); grant select on c.dates to desk;
create table c.cut (id int primary key, clinic int not null); alter table c.cut enable row level security; create policy p on c.cut using (clinic = current_setting('app.clinic')::int or c.by_cut(clinic)); grant select on c.cut to desk;
create table c.padded (id int primary key, clinic int not null); alter table c.padded enable row level security; create policy p on c.padded using (clinic = current_setting('app.clinic')::int or c.by_padded(clinic)); grant select on c.padded to desk;
create table c.octets (id int primary key, clinic int not null); alter table c.octets enable row level security; create policy p on c.octets using (clinic = current_setting('app.clinic')::int or c.by_octets(clinic)); grant select on c.octets to desk;
create table c.nested (id int primary key, clinic int not null); alter table c.nested enable row level security; create policy p on c.nested using (clinic = current_setting('app.clinic')::int or c.by_nested(clinic)); grant select on c.nested to desk;
create table c.place (id int primary key, clinic int not null); alter table c.place enable row level security; create policy p on c.place using (clinic = current_setting('app.clinic')::int or c.by_place(clinic)); grant select on c.place to desk;
create table c.year (id int primary key, clinic int not null); alter table c.year enable row level security; create policy p on c.year using (clinic = current_setting('app.clinic')::int or c.by_year(clinic)); grant select on c.year to desk;
create table c.side_by_side (id int primary key, clinic int not null); alter table c.side_by_side enable row level security; create policy p on c.side_by_side using (clinic = current_setting('app.clinic')::int or c.by_side_by_side(clinic)); grant select on c.side_by_side to desk;
create table c.bits (id int primary key, clinic int not null); alter table c.bits enable row level security; create policy p on c.bits using (clinic = current_setting('app.clinic')::int or c.by_bits(clinic)); grant select on c.bits to desk;
create table c.whole (id int primary key, clinic int not null); alter table c.whole enable row level security; create policy p on c.whole using (clinic = current_setting('app.clinic')::int or c.by_whole(clinic)); grant select on c.whole to desk;
reset role;

-- @seed
insert into c.numbers values (1, 1), (2, 2);
insert into c.largest values (1, 1), (2, 2);
insert into c.nullif_ values (1, 1), (2, 2);
insert into c.letters values (1, 1), (2, 2);
insert into c.dates values (1, 1), (2, 2);
insert into c.cut values (1, 1), (2, 2);
insert into c.padded values (1, 1), (2, 2);
insert into c.octets values (1, 1), (2, 2);
insert into c.nested values (1, 1), (2, 2);
insert into c.place values (1, 1), (2, 2);
insert into c.year values (1, 1), (2, 2);
insert into c.side_by_side values (1, 1), (2, 2);
insert into c.bits values (1, 1), (2, 2);
insert into c.whole values (1, 1), (2, 2);

-- check: c.numbers SELECT as=A :: select count(*) > 0 from c.numbers where clinic::text = '2'
-- check: c.largest SELECT as=A :: select count(*) > 0 from c.largest where clinic::text = '2'
-- check: c.nullif_ SELECT as=A :: select count(*) > 0 from c.nullif_ where clinic::text = '2'
-- check: c.letters SELECT as=A :: select count(*) > 0 from c.letters where clinic::text = '2'
-- check: c.dates SELECT as=A :: select count(*) > 0 from c.dates where clinic::text = '2'
-- check: c.cut SELECT as=A :: select count(*) > 0 from c.cut where clinic::text = '2'
-- check: c.padded SELECT as=A :: select count(*) > 0 from c.padded where clinic::text = '2'
-- check: c.octets SELECT as=A :: select count(*) > 0 from c.octets where clinic::text = '2'
-- check: c.nested SELECT as=A :: select count(*) > 0 from c.nested where clinic::text = '2'
-- check: c.place SELECT as=A :: select count(*) > 0 from c.place where clinic::text = '2'
-- check: c.year SELECT as=A :: select count(*) > 0 from c.year where clinic::text = '2'
-- check: c.side_by_side SELECT as=A :: select count(*) > 0 from c.side_by_side where clinic::text = '2'
-- check: c.bits SELECT as=A :: select count(*) > 0 from c.bits where clinic::text = '2'
-- check: c.whole SELECT as=A :: select count(*) > 0 from c.whole where clinic::text = '2'
