-- case: 240-unique-email-in-a-clinic
-- threat: dml
-- null-tenant: foreign
-- tenant: c.patients.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.patients command=SELECT verdict=isolated
-- expect: table=c.patients command=INSERT verdict=isolated
-- expect: table=c.patients command=INSERT verdict=isolated channel=covert
-- why: the key holds the clinic

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.patients (id uuid primary key default gen_random_uuid(), clinic int not null, email text not null, unique (clinic, email));
alter table c.patients enable row level security;
create policy own on c.patients using (clinic = current_setting('app.clinic', true)::int) with check (clinic = current_setting('app.clinic', true)::int);
grant select, insert on c.patients to desk;
reset role;

-- @seed
insert into c.patients (clinic, email) values (1, 'a@x.example'), (2, 'b@x.example');

-- check: c.patients SELECT as=A :: select count(*) > 0 from c.patients where clinic = 2
-- check: c.patients INSERT as=A :: insert into c.patients (clinic, email) values (2, 'z@x.example') ;; owner> select exists (select from c.patients where clinic = 2 and email = 'z@x.example')
-- check: c.patients INSERT channel=covert as=A :: differs> insert into c.patients (clinic, email) values (1, 'b@x.example') ||| insert into c.patients (clinic, email) values (1, 'nobody@x.example')
