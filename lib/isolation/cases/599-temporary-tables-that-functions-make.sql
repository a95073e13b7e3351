-- case: 599-temporary-tables-that-functions-make
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.bills.clinic
-- tenant: c.plans.clinic
-- tenant: c.sent.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- expect: table=c.notes command=SELECT verdict=leaks
-- expect: table=c.bills command=SELECT verdict=isolated
-- expect: table=c.plans command=SELECT verdict=leaks
-- expect: table=c.sent command=INSERT verdict=leaks
-- why: a temporary table that a function makes comes before the table of the same name, wherever pg_temp does not stand last

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
grant create on schema public to keeper;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table public.members (usr int, clinic int);
create function c.prepare(p int) returns void language plpgsql as $$ begin create temp table members as select 1 as usr, p as clinic; grant select on members to public; end $$;
create function c.mine() returns setof int language plpgsql stable security definer as $$ begin return query select m.clinic from members m where m.usr = 1; end $$;
create function c.certain() returns setof int language plpgsql stable security definer set search_path = public, pg_temp as $$ begin return query select m.clinic from members m where m.usr = 1; end $$;
create function c.before() returns setof int language plpgsql stable security definer set search_path = public as $$ begin return query select m.clinic from members m where m.usr = 1; end $$;
create table c.notes (id int primary key, clinic int not null, note text); alter table c.notes enable row level security; create policy own on c.notes for select using (clinic in (select c.mine())); grant select on c.notes to desk;
create table c.bills (id int primary key, clinic int not null, note text); alter table c.bills enable row level security; create policy own on c.bills for select using (clinic in (select c.certain())); grant select on c.bills to desk;
create table c.plans (id int primary key, clinic int not null, note text); alter table c.plans enable row level security; create policy own on c.plans for select using (clinic in (select c.before())); grant select on c.plans to desk;
create table c.sent (id int primary key, clinic int not null);
create table c.inbox (id int);
grant insert on c.inbox to desk;
create function c.spread() returns trigger language plpgsql security definer as $$ begin insert into c.sent select new.id, m.clinic from members m; return null; end $$;
create trigger spread after insert on c.inbox for each row execute function c.spread();

reset role;

-- @seed
insert into public.members values (1, 1);
insert into c.notes values (1, 1), (2, 2); insert into c.bills values (1, 1), (2, 2); insert into c.plans values (1, 1), (2, 2);

-- check: c.notes SELECT as=A :: select c.prepare(2) ;; select count(*) > 0 from c.notes where clinic = 2
-- check: c.bills SELECT as=A :: select c.prepare(2) ;; select count(*) > 0 from c.bills where clinic = 2
-- check: c.plans SELECT as=A :: select c.prepare(2) ;; select count(*) > 0 from c.plans where clinic = 2
-- check: c.sent INSERT as=A :: select c.prepare(2) ;; insert into c.inbox values (7) ;; owner> select count(*) > 0 from c.sent where clinic = 2
