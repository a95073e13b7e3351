-- case: 576-teams-of-clinics
-- threat: dml
-- null-tenant: foreign
-- tenant: app.notes.clinic_id
-- principal: name=A tenant=1 role=web settings={"app.user_id": "11"}
-- principal: name=B tenant=2 role=web settings={"app.user_id": "22"}
-- expect: table=app.notes command=SELECT verdict=leaks
-- why: a made-up user is in no team: that nobody of a team is let in proves nothing

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role web nologin; exception when duplicate_object or unique_violation then null; end $$;

create schema app authorization keeper;
grant usage on schema app to web;
set role keeper;
create table app.team_users (user_id int, team_id int); create table app.teams (id int primary key, clinic_id int not null); grant select on app.team_users, app.teams to web;
create table app.clinics (id int primary key, name text, slug text, grp int);
create table app.notes (id int primary key, clinic_id int not null references app.clinics, body text); alter table app.notes enable row level security; create policy p on app.notes for select using (exists (select 1 from app.team_users u join app.teams t on t.id = u.team_id where u.user_id = current_setting('app.user_id')::int and t.clinic_id <= notes.clinic_id)); grant select on app.notes to web;

reset role;

-- @seed
insert into app.clinics values (1,'a','red',7),(2,'b','blue',7);insert into app.notes values (1,1,'x'),(2,2,'y');insert into app.teams values (5,1),(6,2); insert into app.team_users values (11,5),(22,6);

-- check: app.notes SELECT as=A :: select count(*) > 0 from app.notes where clinic_id = 2
