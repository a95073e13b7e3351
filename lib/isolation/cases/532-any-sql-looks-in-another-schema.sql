-- case: 532-any-sql-looks-in-another-schema
-- threat: sql
-- null-tenant: foreign
-- tenant: c.visits.clinic_id
-- tenant: c.direct().clinic_id
-- tenant: c.kept().clinic_id
-- tenant: c.spelled().clinic_id
-- principal: name=A tenant=1 role=desk_1 settings={}
-- principal: name=B tenant=2 role=desk_2 settings={}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.direct() command=SELECT verdict=leaks
-- expect: table=c.kept() command=SELECT verdict=isolated
-- expect: table=c.spelled() command=SELECT verdict=isolated
-- why: who may send any SQL sets the path, and a function without one finds what another schema has under that name

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk_1 nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk_2 nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper; create schema wide authorization keeper;
grant usage on schema c to desk_1, desk_2;
revoke create on schema public from public;
grant create on schema public to keeper;
set role keeper;
create function c.clinic() returns int language sql stable as $$ select case when pg_catalog.current_setting('role') = 'desk_1' then 1 when pg_catalog.current_setting('role') = 'desk_2' then 2 end $$;
create table c.visits (id int primary key, clinic_id int not null);
alter table c.visits enable row level security;
create policy one on c.visits for select to desk_1 using (clinic_id = 1);
create policy two on c.visits for select to desk_2 using (clinic_id = 2);
grant select on c.visits to desk_1, desk_2;
create view public.rows_of as select v.id, v.clinic_id from c.visits v where v.clinic_id = c.clinic();
create view wide.rows_of as select v.id, v.clinic_id from c.visits v;
create function c.direct() returns table (id int, clinic_id int) language plpgsql stable security definer as $$ begin return query select r.id, r.clinic_id from rows_of r; end $$;
create function c.kept() returns table (id int, clinic_id int) language plpgsql stable security definer set search_path = public, pg_temp as $$ begin return query select r.id, r.clinic_id from rows_of r; end $$;
create function c.spelled() returns table (id int, clinic_id int) language sql stable security definer as $$ select r.id, r.clinic_id from public.rows_of r $$;
reset role;

-- @seed
insert into c.visits values (1, 1), (2, 2);

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic_id = 2
-- check: c.direct() SELECT as=A :: set local search_path to wide ;; select count(*) > 0 from c.direct() where clinic_id = 2
-- check: c.kept() SELECT as=A :: set local search_path to wide ;; select count(*) > 0 from c.kept() where clinic_id = 2
-- check: c.spelled() SELECT as=A :: set local search_path to wide ;; select count(*) > 0 from c.spelled() where clinic_id = 2
