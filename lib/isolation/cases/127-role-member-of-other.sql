-- case: 127-role-member-of-other
-- threat: sql
-- tenant: k.notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=clinic_a2 role=clinic_a2 settings={}
-- principal: name=B tenant=clinic_b2 role=clinic_b2 settings={}
-- expect: table=k.notes command=SELECT verdict=leaks
-- expect: table=k.notes command=INSERT verdict=leaks
-- expect: table=k.notes command=UPDATE verdict=leaks
-- expect: table=k.notes command=DELETE verdict=leaks
-- why: the role of clinic A is a member of that of clinic B and may become it

do $$
declare each text;
begin
  foreach each in array array['tab_owner', 'clinic_a2', 'clinic_b2'] loop
    begin execute format('create role %I nologin', each); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema k authorization tab_owner;
grant usage on schema k to clinic_a2;
grant usage on schema k to clinic_b2;
set role tab_owner;
create table k.notes (
  id uuid primary key default gen_random_uuid(),
  clinic_id text not null,
  title text not null
);
alter table k.notes enable row level security;
create policy p on k.notes using (clinic_id = current_user);
grant select, insert, update, delete on k.notes to clinic_a2;
grant select, insert, update, delete on k.notes to clinic_b2;
reset role;
grant clinic_b2 to clinic_a2;

-- @seed
insert into k.notes (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'clinic_a2', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'clinic_a2', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'clinic_b2', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'clinic_b2', 'B 2');

-- check: k.notes SELECT as=A :: set local role clinic_b2 ;; select count(*) > 0 from k.notes where clinic_id = 'clinic_b2'
-- check: k.notes INSERT as=A :: set local role clinic_b2 ;; insert into k.notes values ('00f90000-0000-4000-8000-000000000009','clinic_b2','x') ;; owner> select count(*)>0 from k.notes where id = '00f90000-0000-4000-8000-000000000009'
-- check: k.notes UPDATE as=A :: set local role clinic_b2 ;; update k.notes set title='changed' ;; owner> select count(*) > 0 from k.notes where clinic_id='clinic_b2' and title='changed'
-- check: k.notes DELETE as=A :: set local role clinic_b2 ;; delete from k.notes ;; owner> select count(*) < 3 from k.notes
