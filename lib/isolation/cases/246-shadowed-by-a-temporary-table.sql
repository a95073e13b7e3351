-- case: 246-shadowed-by-a-temporary-table
-- threat: sql
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk_a settings={}
-- principal: name=B tenant=2 role=desk_b settings={}
-- expect: table=c.visits command=SELECT verdict=leaks
-- why: the function finds the table of the caller first

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk_a nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk_b nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk_a, desk_b;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create table c.desks (role name primary key, clinic int not null);
insert into c.desks values ('desk_a', 1), ('desk_b', 2);
grant select on c.desks to desk_a, desk_b;
create function c.mine() returns int language plpgsql stable security definer as $$ begin return (select d.clinic from desks d where d.role = session_user or d.role = current_setting('role')); end $$;
create policy own on c.visits for select using (clinic = c.mine());
grant select on c.visits to desk_a, desk_b;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: create temp table desks (role name, clinic int) on commit drop ;; grant select on desks to public ;; insert into desks values ('desk_a', 2) ;; set local search_path = pg_temp, c ;; select count(*) > 0 from c.visits where clinic = 2
