-- case: 675-roles-one-may-grant-oneself
-- threat: sql
-- null-tenant: foreign
-- tenant: c.invoices.clinic
-- tenant: c.ledger.clinic
-- principal: name=A tenant=a login=case675_login role=case675_user settings={}
-- expect: table=c.invoices command=SELECT verdict=leaks
-- expect: table=c.ledger command=SELECT verdict=leaks
-- why: who has a role WITH ADMIN OPTION alone may grant it to itself, and inherit what it was not given; also what that role is granted in turn
-- check: c.invoices SELECT as=A :: grant case675_boss to case675_user with inherit true ;; select exists (select from c.invoices where clinic <> 'a')
-- check: c.ledger SELECT as=A :: grant case675_boss to case675_user with inherit true ;; select exists (select from c.ledger where clinic <> 'a')

do $$
declare r text;
begin
  foreach r in array array['case675_owner', 'case675_user', 'case675_boss', 'case675_chief'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
  end loop;
  begin create role case675_login login; exception when duplicate_object or unique_violation then null; end;
end $$;
grant case675_user to case675_login;
do $$ begin if current_setting('server_version_num')::int >= 160000 then
  execute 'grant case675_boss to case675_user with admin true, inherit false, set false';
else grant case675_boss to case675_user with admin option; end if; end $$;
grant case675_chief to case675_boss;
create schema c authorization case675_owner;
grant usage on schema c to case675_user;
set role case675_owner;
create table c.invoices (id int primary key, clinic text not null);
create table c.ledger (id int primary key, clinic text not null);
alter table c.invoices enable row level security;
alter table c.ledger enable row level security;
create policy own on c.invoices to case675_user using (clinic = 'a');
create policy whole on c.invoices to case675_boss using (true);
create policy own on c.ledger to case675_user using (clinic = 'a');
create policy whole on c.ledger to case675_chief using (true);
grant select on c.invoices, c.ledger to case675_user;

-- @seed
insert into c.invoices values (1, 'a'), (2, 'b');
insert into c.ledger values (1, 'a'), (2, 'b');
