-- case: 612-roles-that-are-not-inherited
-- threat: sql
-- tenant: c.invoices.clinic_id
-- tenant: c.ledger.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a login=case612_login role=case612_user settings={}
-- expect: table=c.invoices command=SELECT verdict=leaks
-- expect: table=c.ledger command=SELECT verdict=isolated
-- why: a role that is not inherited can still be taken, unless it is granted without SET

do $$
declare r text;
begin
  foreach r in array array['rls_owner', 'case612_user', 'case612_auditor', 'case612_boss'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema c authorization rls_owner;
grant usage on schema c to case612_user, case612_auditor, case612_boss;
set role rls_owner;
create table c.invoices (id int primary key, clinic_id uuid not null, amount int not null);
create table c.ledger (id int primary key, clinic_id uuid not null, amount int not null);
alter table c.invoices enable row level security;
alter table c.ledger enable row level security;
create policy p on c.invoices to case612_user using (clinic_id = 'a0000000-0000-4000-8000-00000000000a');
create policy all_of_them on c.invoices to case612_auditor using (true);
create policy p on c.ledger to case612_user using (clinic_id = 'a0000000-0000-4000-8000-00000000000a');
create policy all_of_them on c.ledger to case612_boss using (true);
grant select on c.invoices to case612_user, case612_auditor;
grant select on c.ledger to case612_user, case612_boss;
reset role;
do $$ begin if current_setting('server_version_num')::int >= 160000 then execute 'grant case612_auditor to case612_user with inherit false, set true'; execute 'grant case612_boss to case612_user with inherit false, set false'; else execute 'alter role case612_user noinherit'; execute 'grant case612_auditor to case612_user'; end if; end $$;
do $$ begin create role case612_login login; exception when duplicate_object or unique_violation then null; end $$;
grant case612_user to case612_login;

-- @seed
insert into c.invoices values (1,'a0000000-0000-4000-8000-00000000000a',1),(2,'b0000000-0000-4000-8000-00000000000b',2); insert into c.ledger values (1,'a0000000-0000-4000-8000-00000000000a',1),(2,'b0000000-0000-4000-8000-00000000000b',2);

-- check: c.invoices SELECT as=A :: set role case612_auditor ;; select exists (select from c.invoices where clinic_id = 'b0000000-0000-4000-8000-00000000000b')
-- check: c.ledger SELECT as=A :: try> set role case612_boss ;; select exists (select from c.ledger where clinic_id = 'b0000000-0000-4000-8000-00000000000b')
