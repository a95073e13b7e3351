-- case: 354-members-who-add-members
-- threat: dml
-- null-tenant: foreign
-- tenant: c.colleague.clinic
-- tenant: c.any_admin.clinic
-- tenant: c.or_self.clinic
-- tenant: c.moved.clinic
-- principal: name=A tenant=1 role=desk settings={"app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.user":"22"}
-- membership: c.m_colleague user=usr tenant=clinic session="current_setting('app.user')::int"
-- expect: table=c.colleague command=SELECT verdict=isolated
-- expect: table=c.any_admin command=SELECT verdict=leaks
-- expect: table=c.or_self command=SELECT verdict=leaks
-- expect: table=c.moved command=SELECT verdict=leaks
-- why: members-who-add-members

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.m_colleague (usr int, clinic int, role text not null);
alter table c.m_colleague enable row level security;
grant select, insert, update, delete on c.m_colleague to desk;
create function c.mine_colleague() returns setof int language sql stable security definer set search_path = '' as $$ select clinic from c.m_colleague where usr = current_setting('app.user')::int $$;
create policy r on c.m_colleague for select using (clinic in (select c.mine_colleague()));
create policy w on c.m_colleague using (clinic in (select c.mine_colleague())) with check (clinic in (select c.mine_colleague()));
create table c.colleague (id int primary key, clinic int not null);
alter table c.colleague enable row level security;
create policy own on c.colleague using (clinic in (select c.mine_colleague()));
grant select on c.colleague to desk;
create table c.m_any_admin (usr int, clinic int, role text not null);
alter table c.m_any_admin enable row level security;
grant select, insert on c.m_any_admin to desk;
create function c.mine_any_admin() returns setof int language sql stable security definer set search_path = '' as $$ select clinic from c.m_any_admin where usr = current_setting('app.user')::int $$;
create policy r on c.m_any_admin for select using (true);
create policy w on c.m_any_admin for insert with check (exists (select 1 from c.m_any_admin x where x.usr = current_setting('app.user')::int and x.role = 'admin'));
create table c.any_admin (id int primary key, clinic int not null);
alter table c.any_admin enable row level security;
create policy own on c.any_admin using (clinic in (select c.mine_any_admin()));
grant select on c.any_admin to desk;
create table c.m_or_self (usr int, clinic int, role text not null);
alter table c.m_or_self enable row level security;
grant select, insert on c.m_or_self to desk;
create function c.mine_or_self() returns setof int language sql stable security definer set search_path = '' as $$ select clinic from c.m_or_self where usr = current_setting('app.user')::int $$;
create policy r on c.m_or_self for select using (true);
create policy w on c.m_or_self for insert with check (clinic in (select c.mine_or_self()) or usr = current_setting('app.user')::int);
create table c.or_self (id int primary key, clinic int not null);
alter table c.or_self enable row level security;
create policy own on c.or_self using (clinic in (select c.mine_or_self()));
grant select on c.or_self to desk;
create table c.m_moved (usr int, clinic int, role text not null);
alter table c.m_moved enable row level security;
grant select, update on c.m_moved to desk;
create function c.mine_moved() returns setof int language sql stable security definer set search_path = '' as $$ select clinic from c.m_moved where usr = current_setting('app.user')::int $$;
create policy r on c.m_moved for select using (true);
create policy w on c.m_moved for update using (clinic in (select c.mine_moved())) with check (true);
create table c.moved (id int primary key, clinic int not null);
alter table c.moved enable row level security;
create policy own on c.moved using (clinic in (select c.mine_moved()));
grant select on c.moved to desk;
reset role;

-- @seed
insert into c.colleague values (1, 1), (2, 2);
insert into c.m_colleague values (11, 1, 'admin'), (22, 2, 'admin');
insert into c.any_admin values (1, 1), (2, 2);
insert into c.m_any_admin values (11, 1, 'admin'), (22, 2, 'admin');
insert into c.or_self values (1, 1), (2, 2);
insert into c.m_or_self values (11, 1, 'admin'), (22, 2, 'admin');
insert into c.moved values (1, 1), (2, 2);
insert into c.m_moved values (11, 1, 'admin'), (22, 2, 'admin');

-- check: c.colleague SELECT as=A :: try> insert into c.m_colleague values (11, 2, 'user') ;; try> update c.m_colleague set clinic = 2 where usr = 11 ;; select count(*) > 0 from c.colleague where clinic = 2
-- check: c.any_admin SELECT as=A :: try> insert into c.m_any_admin values (11, 2, 'user') ;; try> update c.m_any_admin set clinic = 2 where usr = 11 ;; select count(*) > 0 from c.any_admin where clinic = 2
-- check: c.or_self SELECT as=A :: try> insert into c.m_or_self values (11, 2, 'user') ;; try> update c.m_or_self set clinic = 2 where usr = 11 ;; select count(*) > 0 from c.or_self where clinic = 2
-- check: c.moved SELECT as=A :: try> insert into c.m_moved values (11, 2, 'user') ;; try> update c.m_moved set clinic = 2 where usr = 11 ;; select count(*) > 0 from c.moved where clinic = 2
