-- case: 618-view-takes-a-role
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- principal: name=A tenant=1 login=reception role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 login=reception role=desk settings={"app.clinic":"2"}
-- expect: table=c.notes command=SELECT verdict=leaks
-- why: an expression of a view takes a role of the login

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role boss nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role reception login noinherit; exception when duplicate_object or unique_violation then null; end $$;
grant desk, boss to reception;
create schema c authorization keeper;
grant usage on schema c to desk, boss;
set role keeper;
create table c.notes (id int primary key, clinic int not null);
alter table c.notes enable row level security;
create policy own on c.notes to desk using (clinic = 1 and current_setting('app.clinic') = '1' or clinic = 2 and current_setting('app.clinic') = '2');
create policy whole on c.notes to boss using (true);
grant select on c.notes to desk, boss;
create view c.s with (security_invoker) as select set_config('role', 'boss', true); grant select on c.s to desk;
reset role;

-- @seed
insert into c.notes values (1, 1), (2, 2);

-- check: c.notes SELECT as=A :: select * from c.s ;; select count(*) > 0 from c.notes where clinic = 2
