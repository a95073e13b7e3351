-- case: 608-rest-of-a-list
-- threat: dml
-- tenant: c.events.clinic_id
-- tenant: c.events_a.clinic_id
-- tenant: c.events_rest.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=app_user settings={"app.clinic_id":"a0000000-0000-4000-8000-00000000000a"}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=app_user settings={"app.clinic_id":"b0000000-0000-4000-8000-00000000000b"}
-- expect: table=c.events command=SELECT verdict=isolated
-- expect: table=c.events command=INSERT verdict=isolated
-- expect: table=c.events_a command=SELECT verdict=leaks
-- expect: table=c.events_rest command=SELECT verdict=isolated
-- expect: table=c.events_rest command=INSERT verdict=leaks
-- why: the default partition takes any clinic, and its own INSERT policy does not look

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
create table c.events (id int not null, clinic_id uuid not null, body text not null) partition by list (clinic_id);
create table c.events_a partition of c.events for values in ('a0000000-0000-4000-8000-00000000000a');
create table c.events_rest partition of c.events default;
alter table c.events enable row level security;
alter table c.events_rest enable row level security;
create policy p on c.events using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
create policy p on c.events_rest for select using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
create policy w on c.events_rest for insert with check (true);
grant select, insert on c.events to app_user;
grant select, insert on c.events_rest to app_user;
grant select on c.events_a to app_user;
reset role;

-- @seed
insert into c.events values (1,'a0000000-0000-4000-8000-00000000000a','x'),(2,'b0000000-0000-4000-8000-00000000000b','y');

-- check: c.events SELECT as=A :: select exists (select from c.events where clinic_id = 'b0000000-0000-4000-8000-00000000000b')
-- check: c.events INSERT as=A :: insert into c.events values (9,'b0000000-0000-4000-8000-00000000000b','z') ;; owner> select exists (select from c.events where id = 9)
-- check: c.events_a SELECT as=B :: select exists (select from c.events_a where clinic_id = 'a0000000-0000-4000-8000-00000000000a')
-- check: c.events_rest SELECT as=A :: select exists (select from c.events_rest where clinic_id = 'b0000000-0000-4000-8000-00000000000b')
-- check: c.events_rest INSERT as=A :: insert into c.events_rest values (9,'b0000000-0000-4000-8000-00000000000b','z') ;; owner> select exists (select from c.events_rest where id = 9)
