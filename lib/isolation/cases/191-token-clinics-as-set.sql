-- case: 191-token-clinics-as-set
-- threat: dml
-- tenant: k.notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=authenticated settings={} claims={"sub":"11110000-0000-4000-8000-000000000001","clinics":["a1000000-0000-4000-8000-0000000000aa"]}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=authenticated settings={} claims={"sub":"22220000-0000-4000-8000-000000000002","clinics":["b2000000-0000-4000-8000-0000000000bb"]}
-- expect: table=k.notes command=SELECT verdict=isolated
-- expect: table=k.notes command=INSERT verdict=isolated
-- expect: table=k.notes command=UPDATE verdict=isolated
-- expect: table=k.notes command=DELETE verdict=isolated
-- why: the clinics of the token, spread out and cast one by one

do $$
declare each text;
begin
  foreach each in array array['tab_owner', 'authenticated'] loop
    begin execute format('create role %I nologin', each); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema auth;
create function auth.jwt() returns jsonb language sql stable as
$$ select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;
create function auth.uid() returns uuid language sql stable as
$$ select nullif(auth.jwt() ->> 'sub', '')::uuid $$;
grant usage on schema auth to public;
create schema k authorization tab_owner;
grant usage on schema k to authenticated;
set role tab_owner;
create table k.notes (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null,
  title text not null
);
alter table k.notes enable row level security;
create policy p on k.notes using (clinic_id in (select (jsonb_array_elements_text(auth.jwt() -> 'clinics'))::uuid));
grant select, insert, update, delete on k.notes to authenticated;
reset role;

-- @seed
insert into k.notes (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');

-- check: k.notes SELECT as=A :: select count(*) > 0 from k.notes where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.notes INSERT as=A :: insert into k.notes (id, clinic_id, title) values ('00f90000-0000-4000-8000-000000000009', 'b2000000-0000-4000-8000-0000000000bb', 'intruder') ;; owner> select count(*) > 0 from k.notes where id = '00f90000-0000-4000-8000-000000000009' and clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.notes UPDATE as=A :: update k.notes set title = 'changed' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and title = 'changed'
-- check: k.notes UPDATE as=A :: update k.notes set clinic_id = 'b2000000-0000-4000-8000-0000000000bb' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and id = '00a10000-0000-4000-8000-000000000001'
-- check: k.notes UPDATE as=A :: update k.notes set clinic_id = 'a1000000-0000-4000-8000-0000000000aa' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'a1000000-0000-4000-8000-0000000000aa' and id = '00b20000-0000-4000-8000-000000000001'
-- check: k.notes DELETE as=A :: delete from k.notes ;; owner> select count(*) < 2 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
