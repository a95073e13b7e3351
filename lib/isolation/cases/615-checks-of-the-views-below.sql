-- case: 615-checks-of-the-views-below
-- threat: dml
-- tenant: c.stock.clinic_id
-- tenant: c.shelf.owner
-- tenant: c.own_shelf.owner
-- tenant: c.low.owner
-- null-tenant: foreign
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=app_user settings={"app.clinic_id":"a0000000-0000-4000-8000-00000000000a"}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=app_user settings={"app.clinic_id":"b0000000-0000-4000-8000-00000000000b"}
-- expect: table=c.shelf command=SELECT verdict=isolated
-- expect: table=c.own_shelf command=SELECT verdict=isolated
-- expect: table=c.own_shelf command=INSERT verdict=leaks
-- expect: table=c.own_shelf command=UPDATE verdict=leaks
-- expect: table=c.own_shelf command=DELETE verdict=isolated
-- expect: table=c.low command=SELECT verdict=isolated
-- expect: table=c.low command=INSERT verdict=isolated
-- expect: table=c.low command=UPDATE verdict=leaks
-- expect: table=c.low command=DELETE verdict=isolated
-- why: LOCAL CHECK OPTION looks at the conditions of its own view alone, and an upsert takes over a row that a view does not show

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
create table c.stock (id int primary key, clinic_id uuid not null, item text not null, amount int not null default 0, check (amount >= 0));
create view c.shelf as select id as no, clinic_id as owner, item as thing, amount as left_over from c.stock where clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
create view c.own_shelf as select no, owner, thing, left_over from c.shelf where left_over >= 0 with local check option;
create view c.low as select no, owner, thing, left_over from c.shelf where left_over < 10 with cascaded check option;
grant select, insert, update, delete on c.own_shelf, c.low to app_user;
grant select on c.shelf to app_user;
reset role;

-- @seed
insert into c.stock values (1,'a0000000-0000-4000-8000-00000000000a','gauze',5),(2,'a0000000-0000-4000-8000-00000000000a','tape',50),(3,'b0000000-0000-4000-8000-00000000000b','gauze',6);

-- check: c.shelf SELECT as=A :: select exists (select from c.shelf where owner = 'b0000000-0000-4000-8000-00000000000b')
-- check: c.own_shelf SELECT as=A :: select exists (select from c.own_shelf where owner = 'b0000000-0000-4000-8000-00000000000b')
-- check: c.own_shelf INSERT as=A :: insert into c.own_shelf values (9,'b0000000-0000-4000-8000-00000000000b','x',1) ;; owner> select exists (select from c.stock where id = 9)
-- check: c.own_shelf UPDATE as=A :: update c.own_shelf set owner = 'b0000000-0000-4000-8000-00000000000b' where no = 1 ;; owner> select clinic_id = 'b0000000-0000-4000-8000-00000000000b' from c.stock where id = 1
-- check: c.own_shelf DELETE as=A :: delete from c.own_shelf ;; owner> select not exists (select from c.stock where clinic_id = 'b0000000-0000-4000-8000-00000000000b')
-- check: c.low SELECT as=A :: select exists (select from c.low where owner = 'b0000000-0000-4000-8000-00000000000b')
-- check: c.low INSERT as=A :: insert into c.low values (9,'b0000000-0000-4000-8000-00000000000b','x',1) ;; owner> select exists (select from c.stock where id = 9)
-- check: c.low UPDATE as=A :: insert into c.low values (3, 'a0000000-0000-4000-8000-00000000000a', 'x', 1) on conflict (no) do update set owner = excluded.owner ;; owner> select clinic_id <> 'b0000000-0000-4000-8000-00000000000b' from c.stock where id = 3
-- check: c.low UPDATE as=A :: update c.low set owner = 'b0000000-0000-4000-8000-00000000000b' where no = 1 ;; owner> select clinic_id = 'b0000000-0000-4000-8000-00000000000b' from c.stock where id = 1
-- check: c.low DELETE as=A :: delete from c.low ;; owner> select not exists (select from c.stock where clinic_id = 'b0000000-0000-4000-8000-00000000000b')
