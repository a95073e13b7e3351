-- case: 146-view-window-rank
-- threat: dml
-- tenant: k.notes.clinic_id
-- tenant: k.ranks.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.ranks command=SELECT verdict=leaks
-- why: a rank among all clinics, shown for the own one

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
  title text not null,
  size int not null default 1
);
alter table k.notes enable row level security;
create view k.ranks as select * from (select id, clinic_id, title, rank() over (order by size) as place from k.notes) r where r.clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
grant select on k.ranks to app_rw;
reset role;

-- @seed
insert into k.notes (id, clinic_id, title, size) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1', 1),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2', 2),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1', 0),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2', 1);

-- check: k.ranks SELECT as=A :: select max(place) > 2 from k.ranks
