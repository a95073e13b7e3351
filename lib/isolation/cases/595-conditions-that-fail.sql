-- case: 595-conditions-that-fail
-- threat: dml
-- null-tenant: foreign
-- tenant: c.cast_of.clinic
-- tenant: c.divided.clinic
-- tenant: c.raised.clinic
-- tenant: c.by_member.clinic
-- tenant: c.by_query.clinic
-- tenant: c.by_token.clinic
-- tenant: c.barred.clinic
-- tenant: c.apart.clinic
-- tenant: c.joined.clinic
-- tenant: c.within.clinic
-- tenant: c.added.clinic
-- tenant: c.named.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"} claims={"clinic":1}
-- expect: table=c.cast_of command=SELECT verdict=leaks channel=covert
-- expect: table=c.divided command=SELECT verdict=leaks channel=covert
-- expect: table=c.raised command=SELECT verdict=leaks channel=covert
-- expect: table=c.by_member command=SELECT verdict=isolated channel=covert
-- expect: table=c.by_query command=SELECT verdict=isolated channel=covert
-- expect: table=c.by_token command=SELECT verdict=isolated channel=covert
-- expect: table=c.barred command=SELECT verdict=leaks channel=covert
-- expect: table=c.apart command=SELECT verdict=isolated channel=covert
-- expect: table=c.joined command=SELECT verdict=leaks channel=covert
-- expect: table=c.within command=SELECT verdict=leaks channel=covert
-- expect: table=c.added command=SELECT verdict=leaks channel=covert
-- expect: table=c.named command=SELECT verdict=leaks channel=covert
-- why: a condition that fails for some rows tells of them by its error, in a policy, in a barrier, and wherever a view filters

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.staff (usr int primary key, clinic int);
grant select on c.staff to desk;
create function c.checked(text) returns boolean language plpgsql cost 0.0001 as $$ begin if $1 = 'secret' then raise exception 'bad %', $1; end if; return true; end $$;
create function c.member(p int) returns boolean language plpgsql stable security definer set search_path = '' as $$ declare r text; begin select 'x' into r from c.staff s where s.clinic = p and s.usr = nullif(current_setting('app.clinic', true), '')::int; return r is not null; end $$;
create table c.cast_of (id int primary key, clinic int not null, note text); alter table c.cast_of enable row level security; create policy own on c.cast_of for select using (note::int > 0 and clinic = nullif(current_setting('app.clinic', true), '')::int); grant select on c.cast_of to desk;
create table c.divided (id int primary key, clinic int not null, note text); alter table c.divided enable row level security; create policy own on c.divided for select using (1 / (length(note) - 6) < 9 and clinic = nullif(current_setting('app.clinic', true), '')::int); grant select on c.divided to desk;
create table c.raised (id int primary key, clinic int not null, note text); alter table c.raised enable row level security; create policy own on c.raised for select using (c.checked(note) and clinic = nullif(current_setting('app.clinic', true), '')::int); grant select on c.raised to desk;
create table c.by_member (id int primary key, clinic int not null, note text); alter table c.by_member enable row level security; create policy own on c.by_member for select using (c.member(clinic)); grant select on c.by_member to desk;
create table c.by_query (id int primary key, clinic int not null, note text); alter table c.by_query enable row level security; create policy own on c.by_query for select using (clinic = (select s.clinic from c.staff s where s.usr = nullif(current_setting('app.clinic', true), '')::int) and lower(note) like 'a%'); grant select on c.by_query to desk;
create table c.by_token (id int primary key, clinic int not null, note text); alter table c.by_token enable row level security; create policy own on c.by_token for select using (clinic = ((current_setting('request.jwt.claims', true))::jsonb ->> 'clinic')::int); grant select on c.by_token to desk;
create view c.barred with (security_barrier) as select * from c.by_token where note::int > 0 and clinic = nullif(current_setting('app.clinic', true), '')::int;
create view c.apart with (security_barrier) as select * from c.by_token where clinic = nullif(current_setting('app.clinic', true), '')::int;
create view c.joined as select n.* from c.by_token n join (select nullif(current_setting('app.clinic', true), '')::int as m) me on n.clinic = me.m;
create view c.within as select * from (select * from c.by_token where clinic = nullif(current_setting('app.clinic', true), '')::int) x;
create view c.added as select * from c.by_token where clinic = nullif(current_setting('app.clinic', true), '')::int union all select * from c.by_token where clinic = nullif(current_setting('app.clinic', true), '')::int and id < 0;
create view c.named as with w as (select * from c.by_token where clinic = nullif(current_setting('app.clinic', true), '')::int) select * from w;
grant select on c.barred, c.apart, c.joined, c.within, c.added, c.named to desk;

reset role;

-- @seed
insert into c.staff values (1, 1);
insert into c.cast_of values (1, 1, '7'), (2, 2, 'secret'); insert into c.divided values (1, 1, '7'), (2, 2, 'secret'); insert into c.raised values (1, 1, '7'), (2, 2, 'secret'); insert into c.by_member values (1, 1, '7'), (2, 2, 'secret'); insert into c.by_query values (1, 1, '7'), (2, 2, 'secret'); insert into c.by_token values (1, 1, '7'), (2, 2, 'secret');

-- check: c.cast_of SELECT channel=covert as=A :: err[secret]> select count(*) from c.cast_of
-- check: c.divided SELECT channel=covert as=A :: err[division]> select count(*) from c.divided
-- check: c.raised SELECT channel=covert as=A :: err[secret]> select count(*) from c.raised
-- check: c.by_member SELECT channel=covert as=A :: err[secret]> select count(*) from c.by_member
-- check: c.by_query SELECT channel=covert as=A :: err[secret]> select count(*) from c.by_query
-- check: c.by_token SELECT channel=covert as=A :: err[secret]> select count(*) from c.by_token
-- check: c.barred SELECT channel=covert as=A :: err[secret]> select count(*) from c.barred
-- check: c.apart SELECT channel=covert as=A :: err[secret]> select count(*) from c.apart where c.checked(note)
-- check: c.joined SELECT channel=covert as=A :: err[secret]> select count(*) from c.joined where c.checked(note)
-- check: c.within SELECT channel=covert as=A :: err[secret]> select count(*) from c.within where c.checked(note)
-- check: c.added SELECT channel=covert as=A :: err[secret]> select count(*) from c.added where c.checked(note)
-- check: c.named SELECT channel=covert as=A :: err[secret]> select count(*) from c.named where c.checked(note)
