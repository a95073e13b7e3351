-- case: 462-rules-read-and-write-once-more
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.tenant
-- tenant: c.notes.tenant
-- tenant: c.log.tenant
-- tenant: c.kept.tenant
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.tenant":"2"}
-- expect: table=c.visits command=DELETE verdict=isolated
-- expect: table=c.notes command=DELETE verdict=leaks
-- expect: table=c.log command=INSERT verdict=leaks
-- expect: table=c.kept command=DELETE verdict=isolated
-- why: a rule reads rows by SELECT's policies, not by DELETE's, and is given what was written before triggers changed it

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create table c.visits (id int primary key, tenant int not null);
create table c.notes (id int primary key, tenant int not null);
create table c.kept (id int primary key, tenant int not null);
create table c.log (id int primary key, tenant int not null);
alter table c.visits enable row level security;
create policy looks on c.visits for select using (true);
create policy removes on c.visits for delete using (tenant = current_setting('app.tenant')::int);
create policy makes on c.visits for insert with check (tenant = current_setting('app.tenant')::int);
create rule also as on delete to c.visits do also delete from c.notes where id = old.id;
create rule logged as on insert to c.visits do also insert into c.log values (new.id, new.tenant);
create rule mine as on delete to c.visits do also delete from c.kept where id = old.id and tenant = current_setting('app.tenant')::int;
create function c.stamp() returns trigger language plpgsql as $$ begin new.tenant := current_setting('app.tenant')::int; return new; end $$;
create trigger stamp before insert on c.visits for each row execute function c.stamp();
grant select, insert, delete on c.visits to desk;
reset role;

-- @seed
insert into c.notes values (1,1),(2,2);
insert into c.kept values (1,1),(2,2);
set app.tenant = '1';
insert into c.visits values (1,1);
set app.tenant = '2';
insert into c.visits values (2,2);
reset app.tenant;

-- check: c.visits DELETE as=A :: delete from c.visits ;; owner> select not exists (select from c.visits where tenant = 2)
-- check: c.notes DELETE as=A :: delete from c.visits ;; owner> select not exists (select from c.notes where tenant = 2)
-- check: c.log INSERT as=A :: insert into c.visits values (7, 2) ;; owner> select exists (select from c.log where id = 7 and tenant = 2)
-- check: c.kept DELETE as=A :: delete from c.visits ;; owner> select not exists (select from c.kept where tenant = 2)
