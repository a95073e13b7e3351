-- case: 247-login-of-each-clinic
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 login=log_one role=desk settings={}
-- principal: name=B tenant=2 login=log_two role=desk settings={}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=UPDATE verdict=isolated
-- why: the session user stays what logged in

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role log_one login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role log_two login; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk, log_one, log_two;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create table c.logins (name name primary key, clinic int not null);
insert into c.logins values ('log_one', 1), ('log_two', 2);
grant select on c.logins to desk;
create policy own on c.visits using (clinic = (select l.clinic from c.logins l where l.name = session_user));
grant select, update on c.visits to desk;
reset role;
grant desk to log_one, log_two;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits UPDATE as=A :: update c.visits set note = 'zz' ;; owner> select exists (select from c.visits where clinic = 2 and note = 'zz')
