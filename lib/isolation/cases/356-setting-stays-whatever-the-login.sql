-- case: 356-setting-stays-whatever-the-login
-- threat: dml
-- tenant: k.notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa login=stays_login role=app_rw settings={"app.user_id":"11110000-0000-4000-8000-000000000001"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb login=stays_login role=app_rw settings={"app.user_id":"22220000-0000-4000-8000-000000000002"}
-- principal: name=N tenant=none login=stays_login role=app_rw settings={"app.user_id":"33330000-0000-4000-8000-000000000003"}
-- membership: k.members user=user_id tenant=clinic_id session="nullif(current_setting('app.user_id', true), '')::uuid"
-- expect: table=k.notes command=SELECT verdict=isolated
-- expect: table=k.notes command=SELECT verdict=leaks channel=session
-- why: the login begins with no clinic, which is set once when it connects: the next request inherits what the function set

do $$
declare each text;
begin
  foreach each in array array['tab_owner', 'app_rw', 'stays_login'] loop
    begin execute format('create role %I nologin', each); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
alter role stays_login login;
grant app_rw to stays_login;
do $$ begin execute format('alter role stays_login in database %I set app.clinic_id = %L', current_database(), ''); end $$;
create schema k authorization tab_owner;
grant usage on schema k to app_rw;
set role tab_owner;
create table k.notes (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null,
  title text not null
);
alter table k.notes enable row level security;
create table k.members (user_id uuid, clinic_id uuid, primary key (user_id, clinic_id));
create policy p on k.notes using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
create function k.enter() returns void language plpgsql security definer set search_path = k, pg_temp as $$ begin perform set_config('app.clinic_id', (select m.clinic_id::text from k.members m where m.user_id = nullif(current_setting('app.user_id', true), '')::uuid), false); end $$;
grant select on k.notes to app_rw;
reset role;

-- @seed
insert into k.notes (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');
insert into k.members values ('11110000-0000-4000-8000-000000000001','a1000000-0000-4000-8000-0000000000aa'),('22220000-0000-4000-8000-000000000002','b2000000-0000-4000-8000-0000000000bb');

-- check: k.notes SELECT as=A :: select count(*) > 0 from k.notes where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.notes SELECT channel=session as=A :: select k.enter() ;; commit> ;; owner> select set_config('app.user_id', '', true) ;; select count(*) > 0 from k.notes
