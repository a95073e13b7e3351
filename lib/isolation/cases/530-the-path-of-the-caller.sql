-- case: 530-the-path-of-the-caller
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic_id
-- tenant: c.pinned().clinic_id
-- tenant: c.direct().clinic_id
-- tenant: c.by_policy().clinic_id
-- tenant: c.notes.clinic_id
-- tenant: c.note(text)
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.pinned() command=SELECT verdict=leaks
-- expect: table=c.direct() command=SELECT verdict=isolated
-- expect: table=c.by_policy() command=SELECT verdict=leaks
-- expect: table=c.note(text) command=INSERT verdict=leaks
-- why: a function without a path of its own runs with that of the function that calls it, not with the session's

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
create function c.pinned() returns table (id int, clinic_id int) language sql stable security definer set search_path = wide, pg_temp as $$ select * from c.inner_rows() $$;
create function public.current_clinic() returns int[] language sql stable as $$ select array[c.clinic()] $$;
create function wide.current_clinic() returns int[] language sql stable as $$ select array_agg(v.clinic_id) from c.visits v $$;
create function c.clinics() returns int[] language plpgsql stable as $$ begin return current_clinic(); end $$;
create view c.shown as select v.id, v.clinic_id from c.visits v where v.clinic_id = any (c.clinics());
create function c.by_policy() returns table (id int, clinic_id int) language sql stable security definer set search_path = wide, pg_temp as $$ select s.id, s.clinic_id from c.shown s $$;
create table c.inbox (body text);
create table c.notes (id bigint generated always as identity primary key, clinic_id int not null, body text);
alter table c.notes enable row level security;
create policy own on c.notes for select to desk using (clinic_id = c.clinic());
create function public.whose() returns int language sql stable as $$ select c.clinic() $$;
create function wide.whose() returns int language sql stable as $$ select 2 $$;
create function c.spread() returns trigger language plpgsql security definer as $$ begin insert into c.notes (clinic_id, body) values (whose(), new.body); return null; end $$;
create trigger spread after insert on c.inbox for each row execute function c.spread();
create function c.note(p text) returns void language sql security definer set search_path = wide, pg_temp as $$ insert into c.inbox values (p) $$;
reset role;

-- @seed
insert into c.visits values (1, 1), (2, 2);

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic_id = 2
-- check: c.pinned() SELECT as=A :: select count(*) > 0 from c.pinned() where clinic_id = 2
-- check: c.direct() SELECT as=A :: select count(*) > 0 from c.direct() where clinic_id = 2
-- check: c.by_policy() SELECT as=A :: select count(*) > 0 from c.by_policy() where clinic_id = 2
-- check: c.note(text) INSERT as=A :: select c.note('x') ;; owner> select count(*) > 0 from c.notes where clinic_id = 2
