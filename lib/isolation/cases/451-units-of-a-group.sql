-- case: 451-units-of-a-group
-- threat: dml
-- null-tenant: foreign
-- tenant: c.papers.clinic_id
-- tenant: c.budgets.clinic_id
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2","app.user":"22"}
-- expect: table=c.papers command=SELECT verdict=leaks
-- expect: table=c.papers command=INSERT verdict=isolated
-- expect: table=c.budgets command=SELECT verdict=isolated
-- why: a unit that says who stands above it says whose papers it reads

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.clinic() returns int language sql stable as $$ select nullif(current_setting('app.clinic', true), '')::int $$;
create function c.me() returns int language sql stable as $$ select nullif(current_setting('app.user', true), '')::int $$;
create table c.clinics (id int primary key, parent_id int references c.clinics, name text not null, check (parent_id <> id));
create table c.papers (id int primary key, clinic_id int not null references c.clinics, title text not null);
create table c.budgets (id int primary key, clinic_id int not null references c.clinics, amount numeric not null default 0);
create function c.above() returns setof int language sql stable security definer set search_path = '' as $$
  with recursive up as (select x.id, x.parent_id from c.clinics x where x.id = c.clinic() union select y.id, y.parent_id from c.clinics y join up on y.id = up.parent_id) select up.id from up $$;
alter table c.clinics enable row level security; alter table c.papers enable row level security; alter table c.budgets enable row level security;
create policy see on c.clinics for select using (true);
create policy own on c.clinics for update using (id = c.clinic()) with check (id = c.clinic());
create policy read on c.papers for select using (clinic_id in (select c.above()));
create policy own on c.papers for insert with check (clinic_id = c.clinic());
create policy own on c.budgets using (clinic_id = c.clinic()) with check (clinic_id = c.clinic());
grant select on c.clinics to desk; grant update (parent_id, name) on c.clinics to desk; grant select, insert on c.papers to desk; grant select, update on c.budgets to desk;
reset role;

-- @seed
insert into c.clinics values (1, null, 'red'), (2, null, 'blue');
insert into c.papers values (1, 1, 'red'), (2, 2, 'blue');
insert into c.budgets values (1, 1), (2, 2);

-- check: c.papers SELECT as=A :: update c.clinics set parent_id = 2 where id = 1 ;; select count(*) > 0 from c.papers where clinic_id = 2
-- check: c.papers INSERT as=A :: insert into c.papers values (9, 2, 'x') ;; select true
-- check: c.budgets SELECT as=A :: update c.clinics set parent_id = 2 where id = 1 ;; select count(*) > 0 from c.budgets where clinic_id = 2
