-- case: 575-context-as-a-document
-- threat: dml
-- null-tenant: foreign
-- tenant: app.notes.clinic_id
-- principal: name=A tenant=1 role=web settings={"app.session": "{\"clinic\":1,\"role\":\"support\"}"}
-- principal: name=B tenant=2 role=web settings={"app.session": "{\"clinic\":2}"}
-- expect: table=app.notes command=SELECT verdict=leaks
-- why: what a document says besides the tenant is not known where requests are made up

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role web nologin; exception when duplicate_object or unique_violation then null; end $$;

create schema app authorization keeper;
grant usage on schema app to web;
set role keeper;
create table app.clinics (id int primary key, name text, slug text, grp int);
create table app.notes (id int primary key, clinic_id int not null references app.clinics, body text); alter table app.notes enable row level security; create policy p on app.notes for select using (clinic_id = (current_setting('app.session', true)::jsonb ->> 'clinic')::int or (current_setting('app.session', true)::jsonb ->> 'role') = 'support'); grant select on app.notes to web;

reset role;

-- @seed
insert into app.clinics values (1,'a','red',7),(2,'b','blue',7);insert into app.notes values (1,1,'x'),(2,2,'y');

-- check: app.notes SELECT as=A :: select count(*) > 0 from app.notes where clinic_id = 2
