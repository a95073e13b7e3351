-- case: 173-set-null-orphans
-- threat: dml
-- tenant: k.bookings.clinic_id
-- tenant: k.rooms.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.rooms command=SELECT verdict=isolated
-- expect: table=k.rooms command=DELETE verdict=isolated
-- expect: table=k.bookings command=SELECT verdict=isolated
-- expect: table=k.bookings command=UPDATE verdict=leaks
-- why: deleting a room sets the room of foreign bookings to NULL

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
create table k.rooms (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null,
  title text not null
);
alter table k.rooms enable row level security;
create table k.bookings (id uuid primary key, clinic_id uuid not null, title text not null, room_id uuid references k.rooms on delete set null);
alter table k.bookings enable row level security;
create policy t on k.rooms using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
create policy c on k.bookings for select using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
grant select, delete on k.rooms to app_rw;
grant select on k.bookings to app_rw;
reset role;

-- @seed
insert into k.rooms (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');
insert into k.bookings values ('00b50000-0000-4000-8000-000000000001','b2000000-0000-4000-8000-0000000000bb','x','00a10000-0000-4000-8000-000000000001');

-- check: k.rooms SELECT as=A :: select count(*) > 0 from k.rooms where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.rooms DELETE as=A :: delete from k.rooms ;; owner> select count(*) < 2 from k.rooms where clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.bookings SELECT as=A :: select count(*) > 0 from k.bookings where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.bookings UPDATE as=A :: delete from k.rooms ;; owner> select count(*) = 1 from k.bookings where room_id is null
