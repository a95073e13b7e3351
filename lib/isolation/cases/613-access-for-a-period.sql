-- case: 613-access-for-a-period
-- threat: dml
-- tenant: c.records.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=app_user settings={"app.clinic_id":"a0000000-0000-4000-8000-00000000000a"}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=app_user settings={"app.clinic_id":"b0000000-0000-4000-8000-00000000000b"}
-- expect: table=c.records command=SELECT verdict=isolated
-- expect: table=c.records command=UPDATE verdict=leaks
-- expect: table=c.records command=DELETE verdict=isolated
-- why: the period of the access ended, and the UPDATE policy does not ask for it

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
create table c.records (id uuid primary key default gen_random_uuid(), clinic_id uuid not null, body text not null);
create table c.access (viewer uuid not null, clinic_id uuid not null, during tstzrange not null, level int not null check (level between 1 and 3));
alter table c.records enable row level security;
create policy r on c.records for select using (exists (select from c.access a where a.viewer = nullif(current_setting('app.clinic_id', true), '')::uuid and a.clinic_id = records.clinic_id and a.during @> now()));
create policy u on c.records for update using (exists (select from c.access a where a.viewer = nullif(current_setting('app.clinic_id', true), '')::uuid and a.clinic_id = records.clinic_id and a.level >= 2));
create policy d on c.records for delete using (clinic_id = any (select a.clinic_id from c.access a where a.viewer = nullif(current_setting('app.clinic_id', true), '')::uuid and a.level = 3));
grant select on c.access to app_user;
grant select, update (body), delete on c.records to app_user;
reset role;

-- @seed
insert into c.records values ('00000001-0000-4000-8000-000000000000','a0000000-0000-4000-8000-00000000000a','Alma'),('00000002-0000-4000-8000-000000000000','a0000000-0000-4000-8000-00000000000a','Arne'),('00000003-0000-4000-8000-000000000000','b0000000-0000-4000-8000-00000000000b','Bea'),('00000004-0000-4000-8000-000000000000','b0000000-0000-4000-8000-00000000000b','Bo');
insert into c.access values ('a0000000-0000-4000-8000-00000000000a','a0000000-0000-4000-8000-00000000000a','[2020-01-01,)',3),('b0000000-0000-4000-8000-00000000000b','b0000000-0000-4000-8000-00000000000b','[2020-01-01,)',3),('a0000000-0000-4000-8000-00000000000a','b0000000-0000-4000-8000-00000000000b','[2020-01-01,2021-01-01)',2);

-- check: c.records SELECT as=A :: select exists (select from c.records where clinic_id = 'b0000000-0000-4000-8000-00000000000b')
-- check: c.records UPDATE as=A :: update c.records set body = 'zz' ;; owner> select exists (select from c.records where clinic_id = 'b0000000-0000-4000-8000-00000000000b' and body = 'zz')
-- check: c.records DELETE as=A :: delete from c.records ;; owner> select count(*) < 2 from c.records where clinic_id = 'b0000000-0000-4000-8000-00000000000b'
