-- case: 244-role-for-each-clinic
-- threat: sql
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk_one settings={}
-- principal: name=B tenant=2 role=desk_two settings={}
-- expect: table=c.visits command=SELECT verdict=isolated
-- why: the role itself names the clinic and cannot be left

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk_one nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk_two nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk_one, desk_two;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create table c.desks (role name primary key, clinic int not null);
insert into c.desks values ('desk_one', 1), ('desk_two', 2);
grant select on c.desks to desk_one, desk_two;
create policy own on c.visits for select using (clinic = (select d.clinic from c.desks d where d.role = current_user));
grant select on c.visits to desk_one, desk_two;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
