-- case: 196-definer-pinned-path
-- threat: sql
-- tenant: k.notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=login_c login=login_c role=app_rw settings={}
-- principal: name=B tenant=login_d login=login_d role=app_rw settings={}
-- expect: table=k.notes command=SELECT verdict=isolated
-- why: with pg_temp last nothing shadows it

do $$
declare each text;
begin
  foreach each in array array['tab_owner', 'app_rw'] loop
    begin execute format('create role %I nologin', each); exception when duplicate_object or unique_violation then null; end;
  end loop;
  begin create role login_c login; exception when duplicate_object or unique_violation then null; end;
  begin create role login_d login; exception when duplicate_object or unique_violation then null; end;
end $$;
create schema k authorization tab_owner;
grant usage on schema k to app_rw;
set role tab_owner;
create table k.notes (
  id uuid primary key default gen_random_uuid(),
  clinic_id text not null,
  title text not null
);
alter table k.notes enable row level security;
create table k.pairs (login text, clinic_id text);
create function k.mine() returns setof text language sql stable security definer set search_path = k, pg_temp as $$ select clinic_id from pairs where login = session_user $$;
create policy p on k.notes for select using (clinic_id in (select k.mine()));
grant select on k.notes to app_rw;
reset role;
grant app_rw to login_c, login_d;

-- @seed
insert into k.notes (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'login_c', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'login_c', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'login_d', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'login_d', 'B 2');
insert into k.pairs values ('login_c','login_c'),('login_d','login_d');

-- check: k.notes SELECT as=A :: select count(*) > 0 from k.notes where clinic_id::text is distinct from 'login_c' and clinic_id is not null
-- check: k.notes SELECT as=A :: create temp table pairs (login text, clinic_id text) ;; insert into pairs values ('login_c','login_d') ;; grant select on pairs to public ;; select count(*) > 0 from k.notes where clinic_id = 'login_d'
