-- case: 370-role-taken-in-a-function
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=case_taker settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=case_taker settings={"app.clinic":"2"}
-- expect: table=c.t command=SELECT verdict=leaks
-- why: role-taken-in-a-function

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_taker nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_auditor nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to case_taker, case_auditor;
set role keeper;
create table c.t (id int primary key, clinic int not null);
alter table c.t enable row level security;
create policy own on c.t using (clinic = current_setting('app.clinic')::int);
grant select on c.t to case_taker;create policy all_ on c.t to case_auditor using (true); grant select on c.t to case_auditor; reset role; grant case_auditor to case_taker; do $$ begin if current_setting('server_version_num')::int >= 160000 then execute 'grant case_auditor to case_taker with inherit false, set true'; else execute 'alter role case_taker noinherit'; end if; end $$; set role keeper; create function c.become() returns void language plpgsql as $$ begin perform set_config('role', 'case_auditor', false); end $$;
reset role;

-- @seed
insert into c.t values (1, 1), (2, 2);

-- check: c.t SELECT as=A :: select c.become() ;; select count(*) > 0 from c.t where clinic = 2
