-- case: 256-prefix-of-a-name
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=nor role=desk settings={"app.clinic":"nor"}
-- principal: name=B tenant=north role=desk settings={"app.clinic":"north"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- expect: table=c.visits command=INSERT verdict=leaks
-- why: one name begins with the other

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic text not null, note text);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic like current_setting('app.clinic', true) || '%');
grant select, insert on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 'nor', 'a'), (2, 'north', 'b');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 'north'
-- check: c.visits INSERT as=A :: insert into c.visits values (91, 'north', 'x') ;; owner> select exists (select from c.visits where id = 91)
