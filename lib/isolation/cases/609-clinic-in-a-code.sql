-- case: 609-clinic-in-a-code
-- threat: dml
-- tenant: c.orders.clinic
-- null-tenant: foreign
-- principal: name=A tenant=n1 role=app_user settings={"app.clinic":"n1"}
-- principal: name=B tenant=n12 role=app_user settings={"app.clinic":"n12"}
-- principal: name=S tenant=s2 role=app_user settings={"app.clinic":"s2"}
-- expect: table=c.orders command=SELECT verdict=isolated
-- expect: table=c.orders command=INSERT verdict=isolated
-- expect: table=c.orders command=UPDATE verdict=isolated
-- expect: table=c.orders command=DELETE verdict=leaks
-- why: a prefix without the dash belongs to another clinic too; the check and the column read the part before the dash

do $$
declare r text;
begin
  foreach r in array array['rls_owner', 'app_user'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema c authorization rls_owner;
grant usage on schema c to app_user;
set role rls_owner;
create table c.orders (code text primary key, clinic text generated always as (split_part(code, '-', 1)) stored, note text);
alter table c.orders enable row level security;
create policy r on c.orders for select using (code like current_setting('app.clinic', true) || '-%');
create policy i on c.orders for insert with check (split_part(code, '-', 1) = current_setting('app.clinic', true));
create policy u on c.orders for update using (starts_with(code, current_setting('app.clinic', true))) with check (clinic = current_setting('app.clinic', true));
create policy d on c.orders for delete using (left(code, length(current_setting('app.clinic', true))) = current_setting('app.clinic', true));
grant select, insert (code, note), update (note), delete on c.orders to app_user;
reset role;

-- @seed
insert into c.orders (code) values ('n1-1'),('n1-2'),('n12-1'),('s2-1');

-- check: c.orders SELECT as=A :: select exists (select from c.orders where clinic <> 'n1')
-- check: c.orders INSERT as=A :: insert into c.orders (code) values ('n12-9') ;; owner> select exists (select from c.orders where code = 'n12-9')
-- check: c.orders UPDATE as=A :: update c.orders set note = 'x' where true ;; owner> select exists (select from c.orders where clinic <> 'n1' and note = 'x')
-- check: c.orders DELETE as=A :: delete from c.orders ;; owner> select not exists (select from c.orders where clinic = 'n12')
