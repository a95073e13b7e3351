-- case: 610-triggers-of-some-columns
-- threat: dml
-- tenant: c.visits.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=app_user settings={"app.clinic_id":"a0000000-0000-4000-8000-00000000000a"}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=app_user settings={"app.clinic_id":"b0000000-0000-4000-8000-00000000000b"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=INSERT verdict=leaks
-- expect: table=c.visits command=UPDATE verdict=leaks
-- expect: table=c.visits command=DELETE verdict=isolated
-- why: the trigger that keeps the clinic fires only where note is set; the other one only with a room

do $$
declare r text;
begin
  foreach r in array array['rls_owner', 'app_user'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema c authorization rls_owner;
grant usage on schema c to app_user;
set role rls_owner;
create table c.visits (id uuid primary key default gen_random_uuid(), clinic_id uuid not null, room_id int, note text);
create function c.keep_clinic() returns trigger language plpgsql as $$ begin if new.clinic_id is distinct from old.clinic_id then raise exception 'no'; end if; return new; end $$;
create trigger keep before update of note on c.visits for each row execute function c.keep_clinic();
create function c.own_clinic() returns trigger language plpgsql as $$ begin if new.clinic_id <> nullif(current_setting('app.clinic_id', true), '')::uuid then raise exception 'not yours'; end if; return null; end $$;
create constraint trigger own after insert on c.visits deferrable initially deferred for each row when (new.room_id is not null) execute function c.own_clinic();
alter table c.visits enable row level security;
create policy r on c.visits for select using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
create policy u on c.visits for update using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid) with check (true);
create policy i on c.visits for insert with check (true);
create policy d on c.visits for delete using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
grant select, insert, update, delete on c.visits to app_user;
reset role;

-- @seed
insert into c.visits (id, clinic_id, note) values ('00000001-0000-4000-8000-000000000000','a0000000-0000-4000-8000-00000000000a','Alma'),('00000002-0000-4000-8000-000000000000','a0000000-0000-4000-8000-00000000000a','Arne'),('00000003-0000-4000-8000-000000000000','b0000000-0000-4000-8000-00000000000b','Bea'),('00000004-0000-4000-8000-000000000000','b0000000-0000-4000-8000-00000000000b','Bo');

-- check: c.visits SELECT as=A :: select exists (select from c.visits where clinic_id = 'b0000000-0000-4000-8000-00000000000b')
-- check: c.visits INSERT as=A :: insert into c.visits (clinic_id, note) values ('b0000000-0000-4000-8000-00000000000b', 'new') ;; owner> select exists (select from c.visits where note = 'new')
-- check: c.visits UPDATE as=A :: update c.visits set clinic_id = 'b0000000-0000-4000-8000-00000000000b' ;; owner> select not exists (select from c.visits where clinic_id = 'a0000000-0000-4000-8000-00000000000a')
-- check: c.visits DELETE as=A :: delete from c.visits ;; owner> select count(*) < 2 from c.visits where clinic_id = 'b0000000-0000-4000-8000-00000000000b'
