-- case: 409-highest-of-known-rows
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- tenant: c.o.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=INSERT verdict=leaks
-- why: the highest of rows that are known is not the first of them

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.o (id int primary key, clinic int not null);
create function c.last_clinic() returns int language sql stable security definer as 'select max(clinic) from c.o';
create table c.t (id int primary key, clinic int not null default c.last_clinic());
grant insert (id) on c.t to desk;
reset role;

-- @seed
insert into c.o values (1, 1), (2, 2);

-- check: c.t INSERT as=A :: insert into c.t (id) values (9) ;; owner> select count(*) > 0 from c.t where clinic = 2
