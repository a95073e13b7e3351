-- case: 245-may-become-the-auditor
-- threat: sql
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk_245 settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk_245 settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- why: SET ROLE reaches a role that sees everything

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk_245 nologin noinherit; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role auditor_245 nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk_245, auditor_245;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits for select to desk_245 using (clinic = -1);
create policy all_of_it on c.visits for select to auditor_245 using (true);
grant select on c.visits to desk_245, auditor_245;
reset role;
grant auditor_245 to desk_245;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: set local role auditor_245 ;; select count(*) > 0 from c.visits where clinic = 2
