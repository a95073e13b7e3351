-- case: 379-variables-of-a-domain
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=SELECT verdict=leaks
-- why: variables-of-a-domain

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create domain c.d as int; create function c.open(k int) returns boolean language plpgsql stable security definer as $$ declare a c.d; begin a := 1.6; return a = 2; end $$; create table c.t (id int primary key, clinic int not null); alter table c.t enable row level security; create policy p on c.t using (c.open(clinic)); grant select on c.t to desk;
reset role;

-- @seed
insert into c.t values (1, 1), (2, 2);

-- check: c.t SELECT as=A :: select count(*) > 0 from c.t where clinic::text = '2'
