-- case: 175-counter-trigger
-- threat: dml
-- tenant: k.counters.clinic_id
-- tenant: k.notes.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a1000000-0000-4000-8000-0000000000aa role=app_rw settings={"app.clinic_id":"a1000000-0000-4000-8000-0000000000aa"}
-- principal: name=B tenant=b2000000-0000-4000-8000-0000000000bb role=app_rw settings={"app.clinic_id":"b2000000-0000-4000-8000-0000000000bb"}
-- principal: name=N tenant=none role=app_rw settings={}
-- expect: table=k.notes command=SELECT verdict=isolated
-- expect: table=k.notes command=INSERT verdict=isolated
-- expect: table=k.counters command=SELECT verdict=isolated
-- expect: table=k.counters command=UPDATE verdict=leaks
-- why: a trigger of the owner counts in a row that the statement names freely

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
  counter_id int not null default 1
);
alter table k.notes enable row level security;
create table k.counters (id int primary key, clinic_id uuid not null, title text not null, n int not null default 0);
alter table k.counters enable row level security;
create policy p on k.notes using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
create policy l on k.counters for select using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
create function k.count_up() returns trigger language plpgsql security definer set search_path = k, pg_temp as $$ begin update k.counters set n = n + 1 where id = new.counter_id; return null; end $$;
create trigger up after insert on k.notes for each row execute function k.count_up();
grant select, insert on k.notes to app_rw;
grant select on k.counters to app_rw;
reset role;

-- @seed
insert into k.counters values (1,'a1000000-0000-4000-8000-0000000000aa','a',0),(2,'b2000000-0000-4000-8000-0000000000bb','b',0);
insert into k.notes (id, clinic_id, title) values
  ('00a10000-0000-4000-8000-000000000001', 'a1000000-0000-4000-8000-0000000000aa', 'A 1'),
  ('00a10000-0000-4000-8000-000000000002', 'a1000000-0000-4000-8000-0000000000aa', 'A 2'),
  ('00b20000-0000-4000-8000-000000000001', 'b2000000-0000-4000-8000-0000000000bb', 'B 1'),
  ('00b20000-0000-4000-8000-000000000002', 'b2000000-0000-4000-8000-0000000000bb', 'B 2');

-- check: k.notes SELECT as=A :: select count(*) > 0 from k.notes where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.notes INSERT as=A :: insert into k.notes (id, clinic_id, title) values ('00f90000-0000-4000-8000-000000000009', 'b2000000-0000-4000-8000-0000000000bb', 'intruder') ;; owner> select count(*) > 0 from k.notes where id = '00f90000-0000-4000-8000-000000000009' and clinic_id = 'b2000000-0000-4000-8000-0000000000bb'
-- check: k.counters SELECT as=A :: select count(*) > 0 from k.counters where clinic_id::text is distinct from 'a1000000-0000-4000-8000-0000000000aa' and clinic_id is not null
-- check: k.counters UPDATE as=A :: insert into k.notes (clinic_id, title, counter_id) values ('a1000000-0000-4000-8000-0000000000aa','x',2) ;; owner> select n > 0 from k.counters where id = 2
