-- case: 253-generated-clinic
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=INSERT verdict=isolated
-- why: the column is computed from what the policy reads

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, number text not null, clinic int generated always as (split_part(number, '-', 1)::int) stored);
alter table c.visits enable row level security;
create policy own on c.visits using (split_part(number, '-', 1)::int = current_setting('app.clinic', true)::int);
grant select, insert on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, '1-a'), (2, '2-b');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits INSERT as=A :: insert into c.visits values (91, '2-x') ;; owner> select exists (select from c.visits where id = 91)
