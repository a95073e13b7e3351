-- case: 255-rls-never-enabled
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- expect: table=c.visits command=INSERT verdict=leaks
-- why: policies without ENABLE hold nothing; the grant came by default privileges

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
alter default privileges in schema c grant select, insert on tables to desk;
create table c.visits (id int primary key, clinic int not null, note text);
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits INSERT as=A :: insert into c.visits (id, clinic, note) values (91, 2, 'x') ;; owner> select exists (select from c.visits where id = 91 and clinic = 2)
