-- case: 378-owner-who-may-open
-- threat: sql
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 login=f378_l2 role=f378_m2 settings={}
-- expect: table=c.t command=SELECT verdict=leaks
-- why: membership without inheritance came with 16, after security_invoker

do $$ begin create role f378_o2 nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role f378_m2 nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role f378_l2 nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization f378_o2;
grant usage on schema c to f378_m2, f378_l2;
set role f378_o2;
create table c.t (id int primary key, clinic int not null); alter table c.t enable row level security; alter table c.t force row level security; create policy own on c.t using (clinic = 1); grant select on c.t to f378_m2; reset role; grant f378_o2 to f378_m2 with inherit false, set true; grant f378_m2 to f378_l2;
reset role;

-- @seed
alter table c.t no force row level security;insert into c.t values (1, 1), (2, 2);alter table c.t force row level security;

-- check: c.t SELECT as=A :: set role f378_o2 ;; alter table c.t no force row level security ;; select count(*) > 0 from c.t where clinic = 2
