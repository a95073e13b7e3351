-- case: 135-partition-per-clinic
-- threat: dml
-- tenant: k.notes_a.clinic_id
-- tenant: k.notes_b.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=part_a settings={}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=part_b settings={}
-- expect: table=k.notes_a command=SELECT verdict=isolated
-- expect: table=k.notes_a command=INSERT verdict=isolated
-- expect: table=k.notes_a command=UPDATE verdict=isolated
-- expect: table=k.notes_a command=DELETE verdict=isolated
-- expect: table=k.notes_b command=SELECT verdict=isolated
-- expect: table=k.notes_b command=INSERT verdict=isolated
-- expect: table=k.notes_b command=UPDATE verdict=isolated
-- expect: table=k.notes_b command=DELETE verdict=isolated
-- why: a partition holds one clinic, and only its role may read it

do $$
declare each text;
begin
  foreach each in array array['tab_owner', 'part_a', 'part_b'] loop
    begin execute format('create role %I nologin', each); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema k authorization tab_owner;
grant usage on schema k to part_a;
grant usage on schema k to part_b;
set role tab_owner;
create table k.notes (id uuid not null, clinic_id uuid not null, title text not null) partition by list (clinic_id);
create table k.notes_a partition of k.notes for values in ('a1000000-0000-4000-8000-0000000000aa');
create table k.notes_b partition of k.notes for values in ('b2000000-0000-4000-8000-0000000000bb');
grant select, insert, update, delete on k.notes_a to part_a;
grant select, insert, update, delete on k.notes_b to part_b;
reset role;

-- @seed
insert into k.notes (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');

-- check: k.notes_a SELECT as=A :: select count(*) > 0 from k.notes_a where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.notes_a INSERT as=A :: insert into k.notes_a (id, clinic_id, title) values ('00f90000-0000-4000-8000-000000000009', 'b2000000-0000-4000-8000-0000000000bb', 'intruder') ;; owner> select count(*) > 0 from k.notes where id = '00f90000-0000-4000-8000-000000000009' and clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.notes_a UPDATE as=A :: update k.notes_a set title = 'changed' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and title = 'changed'
-- check: k.notes_a UPDATE as=A :: update k.notes_a set clinic_id = 'b2000000-0000-4000-8000-0000000000bb' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and id = '00a10000-0000-4000-8000-000000000001'
-- check: k.notes_a UPDATE as=A :: update k.notes_a set clinic_id = 'a1000000-0000-4000-8000-0000000000aa' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'a1000000-0000-4000-8000-0000000000aa' and id = '00b20000-0000-4000-8000-000000000001'
-- check: k.notes_a DELETE as=A :: delete from k.notes_a ;; owner> select count(*) < 2 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.notes_b SELECT as=A :: select count(*) > 0 from k.notes_b where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.notes_b INSERT as=A :: insert into k.notes_b (id, clinic_id, title) values ('00f90000-0000-4000-8000-000000000009', 'b2000000-0000-4000-8000-0000000000bb', 'intruder') ;; owner> select count(*) > 0 from k.notes where id = '00f90000-0000-4000-8000-000000000009' and clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.notes_b UPDATE as=A :: update k.notes_b set title = 'changed' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and title = 'changed'
-- check: k.notes_b UPDATE as=A :: update k.notes_b set clinic_id = 'b2000000-0000-4000-8000-0000000000bb' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb' and id = '00a10000-0000-4000-8000-000000000001'
-- check: k.notes_b UPDATE as=A :: update k.notes_b set clinic_id = 'a1000000-0000-4000-8000-0000000000aa' ;; owner> select count(*) > 0 from k.notes where clinic_id = 'a1000000-0000-4000-8000-0000000000aa' and id = '00b20000-0000-4000-8000-000000000001'
-- check: k.notes_b DELETE as=A :: delete from k.notes_b ;; owner> select count(*) < 2 from k.notes where clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
