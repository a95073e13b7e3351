-- case: 129-session-user
-- threat: sql
-- tenant: k.notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=login_a login=login_a role=app_rw settings={}
-- principal: name=B tenant=login_b login=login_b role=app_rw settings={}
-- expect: table=k.notes command=SELECT verdict=isolated
-- expect: table=k.notes command=INSERT verdict=isolated
-- expect: table=k.notes command=UPDATE verdict=isolated
-- expect: table=k.notes command=DELETE verdict=isolated
-- why: the login decides, whatever role is taken

do $$
declare each text;
begin
  foreach each in array array['tab_owner', 'app_rw'] loop
    begin execute format('create role %I nologin', each); exception when duplicate_object or unique_violation then null; end;
  end loop;
  begin create role login_a login; exception when duplicate_object or unique_violation then null; end;
  begin create role login_b login; exception when duplicate_object or unique_violation then null; end;
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
create policy p on k.notes using (clinic_id = session_user);
grant select, insert, update, delete on k.notes to app_rw;
reset role;
grant app_rw to login_a, login_b;

-- @seed
insert into k.notes (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'login_a', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'login_a', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'login_b', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'login_b', 'B 2');

-- check: k.notes SELECT as=A :: select count(*) > 0 from k.notes where clinic_id::text is distinct from 'login_a' and clinic_id is not null
-- check: k.notes INSERT as=A :: insert into k.notes (id, clinic_id, title) values ('00f90000-0000-4000-8000-000000000009', 'login_b', 'intruder') ;; owner> select count(*) > 0 from k.notes where id = '00f90000-0000-4000-8000-000000000009' and clinic_id = 'login_b'
-- check: k.notes UPDATE as=A :: update k.notes set title = 'changed' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'login_b' and title = 'changed'
-- check: k.notes UPDATE as=A :: update k.notes set clinic_id = 'login_b' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'login_b' and id = '00a10000-0000-4000-8000-000000000001'
-- check: k.notes UPDATE as=A :: update k.notes set clinic_id = 'login_a' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'login_a' and id = '00b20000-0000-4000-8000-000000000001'
-- check: k.notes DELETE as=A :: delete from k.notes ;; owner> select count(*) < 2 from k.notes where clinic_id = 'login_b'
