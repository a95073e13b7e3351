-- case: 182-switch-function-checked
-- threat: dml
-- tenant: k.notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.user_id":"11110000-0000-4000-8000-000000000001","app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.user_id":"22220000-0000-4000-8000-000000000002","app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- membership: k.members user=user_id tenant=clinic_id session="nullif(current_setting('app.user_id', true), '')::uuid"
-- expect: table=k.notes command=SELECT verdict=isolated
-- why: the function lets members enter only

do $$
declare each text;
begin
  foreach each in array array['tab_owner', 'app_rw'] loop
    begin execute format('create role %I nologin', each); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
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
create function k.enter(p uuid) returns void language plpgsql security definer set search_path = k, pg_temp as $$ begin if not exists (select 1 from k.members m where m.user_id = nullif(current_setting('app.user_id', true), '')::uuid and m.clinic_id = p) then raise exception 'not a member'; end if; perform set_config('app.clinic_id', p::text, true); end $$;
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
-- check: k.notes SELECT as=A :: try> select k.enter('b2000000-0000-4000-8000-0000000000bb') ;; select count(*) > 0 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
