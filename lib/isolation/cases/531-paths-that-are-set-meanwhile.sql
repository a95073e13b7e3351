-- case: 531-paths-that-are-set-meanwhile
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic_id
-- tenant: c.direct().clinic_id
-- tenant: c.nested().clinic_id
-- tenant: c.locally().clinic_id
-- tenant: c.kept().clinic_id
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.direct() command=SELECT verdict=leaks
-- expect: table=c.nested() command=SELECT verdict=leaks
-- expect: table=c.locally() command=SELECT verdict=leaks
-- expect: table=c.kept() command=SELECT verdict=isolated
-- why: a function that the session may call sets the path for what is called after it, in the same function or the next statement

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper; create schema wide authorization keeper;
grant usage on schema c to desk;
grant create on schema public to keeper;
set role keeper;
create function c.clinic() returns int language sql stable as $$ select nullif(current_setting('app.clinic', true), '')::int $$;
create table c.visits (id int primary key, clinic_id int not null);
alter table c.visits enable row level security;
create policy own on c.visits for select to desk using (clinic_id = c.clinic());
grant select on c.visits to desk;
create view public.rows_of as select v.id, v.clinic_id from c.visits v where v.clinic_id = c.clinic();
create view wide.rows_of as select v.id, v.clinic_id from c.visits v;
create function c.inner_rows() returns table (id int, clinic_id int) language plpgsql stable as $$ begin return query select r.id, r.clinic_id from rows_of r; end $$;
create function c.direct() returns table (id int, clinic_id int) language plpgsql stable security definer as $$ begin return query select r.id, r.clinic_id from rows_of r; end $$;
create function c.kept() returns table (id int, clinic_id int) language plpgsql stable security definer set search_path = public, pg_temp as $$ begin return query select r.id, r.clinic_id from rows_of r; end $$;
create function c.look_in(p text) returns void language plpgsql as $$ begin perform set_config('search_path', p, false); end $$;
create function c.nested() returns table (id int, clinic_id int) language plpgsql security definer as $$
begin
  perform set_config('search_path', 'wide', true);
  return query select r.id, r.clinic_id from c.inner_rows() r;
end $$;
create function c.locally() returns table (id int, clinic_id int) language plpgsql security definer as $$
begin
  set local search_path to wide;
  return query select r.id, r.clinic_id from rows_of r;
end $$;
reset role;

-- @seed
insert into c.visits values (1, 1), (2, 2);

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic_id = 2
-- check: c.direct() SELECT as=A :: select c.look_in('wide') ;; select count(*) > 0 from c.direct() where clinic_id = 2
-- check: c.nested() SELECT as=A :: select count(*) > 0 from c.nested() where clinic_id = 2
-- check: c.locally() SELECT as=A :: select count(*) > 0 from c.locally() where clinic_id = 2
-- check: c.kept() SELECT as=A :: select c.look_in('wide') ;; select count(*) > 0 from c.kept() where clinic_id = 2
