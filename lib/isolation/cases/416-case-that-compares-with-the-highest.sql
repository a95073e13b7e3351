-- case: 416-case-that-compares-with-the-highest
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=SELECT verdict=leaks
-- why: the same under a CASE

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.config (id int primary key, clinic int not null);
grant select on c.config to desk;
create table c.t (id int primary key, clinic int not null);
alter table c.t enable row level security;
create policy own on c.t using (case when clinic <> (select max(clinic) from c.config) then false else true end);
grant select on c.t to desk;
reset role;

-- @seed
insert into c.config values (1, 2), (2, 1);
insert into c.t values (1, 1), (2, 2);

-- check: c.t SELECT as=A :: select count(*) > 0 from c.t where clinic::text = '2'
