-- case: 521-rule-behind-a-trigger
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.tenant
-- tenant: c.notes.tenant
-- tenant: c.seen.tenant
-- tenant: c.told.tenant
-- tenant: c.files.tenant
-- tenant: c.gone.tenant
-- tenant: c.swept.tenant
-- tenant: c.named.tenant
-- tenant: c.own.tenant
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.tenant":"2"}
-- expect: table=c.visits command=UPDATE verdict=isolated
-- expect: table=c.notes command=UPDATE verdict=isolated
-- expect: table=c.seen command=UPDATE verdict=leaks
-- expect: table=c.told command=UPDATE verdict=leaks
-- expect: table=c.gone command=UPDATE verdict=leaks
-- expect: table=c.swept command=DELETE verdict=leaks
-- expect: table=c.named command=UPDATE verdict=leaks
-- expect: table=c.own command=UPDATE verdict=isolated
-- why: rules are set off by what triggers, other rules and cascades do, not by the session's own statements alone; a row that is written through a rule is not the one that was there

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create table c.visits (id int primary key, tenant int not null, note text);
alter table c.visits enable row level security;
create policy own on c.visits using (tenant = current_setting('app.tenant')::int);
grant select, insert, update, delete on c.visits to desk;
create table c.notes (id int primary key, tenant int not null, note text);
create table c.seen (id int primary key, tenant int not null, note text);
create table c.told (id int primary key, tenant int not null, note text);
create table c.files (id int primary key, tenant int not null, visit int references c.visits on delete cascade);
create table c.gone (id int primary key, tenant int not null, note text);
create table c.swept (id int primary key, tenant int not null);
create table c.named (id int primary key, tenant int not null, note text);
create table c.own (id int primary key, tenant int not null, note text);

-- A trigger writes notes, and a rule of notes writes on.
create function c.note() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin update c.notes set note = 'x' where tenant = new.tenant; return null; end $$;
create trigger note after insert on c.visits for each row execute function c.note();
create rule seen as on update to c.notes do also update c.seen set note = 'x';
-- A rule writes notes.
create rule noted as on update to c.visits do also update c.notes set note = 'y' where tenant = old.tenant and tenant = current_setting('app.tenant')::int;
create rule told as on update to c.notes do also update c.told set note = 'x' where id <> old.id;
-- A cascade removes files.
create rule gone as on delete to c.files do also update c.gone set note = 'x' where id <> old.id;
create function c.sweep() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin delete from c.swept; return null; end $$;
create trigger sweep after delete on c.files for each statement execute function c.sweep();
-- What is written is another row than the one that was there.
create view c.named_now as select * from c.named;
create rule named as on update to c.named_now do instead update c.named set note = 'x' where tenant = new.tenant and old.tenant = current_setting('app.tenant')::int;
create view c.own_now as select * from c.own;
create rule own as on update to c.own_now do instead update c.own set note = new.note where id = old.id and tenant = current_setting('app.tenant')::int;
grant select, update on c.named_now, c.own_now to desk;
reset role;

-- @seed
insert into c.visits values (1,1),(2,2);
insert into c.notes values (1,1),(2,2);
insert into c.seen values (1,1),(2,2);
insert into c.told values (1,1),(2,2);
insert into c.files values (1,1,1),(2,2,2);
insert into c.gone values (1,1),(2,2);
insert into c.swept values (1,1),(2,2);
insert into c.named values (1,1),(2,2);
insert into c.own values (1,1),(2,2);

-- check: c.visits UPDATE as=A :: update c.visits set note = 'x' ;; owner> select exists (select from c.visits where tenant = 2 and note = 'x')
-- check: c.notes UPDATE as=A :: update c.visits set note = 'x' ;; owner> select exists (select from c.notes where tenant = 2 and note is not null)
-- check: c.seen UPDATE as=A :: insert into c.visits values (3, 1) ;; owner> select exists (select from c.seen where tenant = 2 and note = 'x')
-- check: c.told UPDATE as=A :: update c.visits set note = 'x' ;; owner> select exists (select from c.told where tenant = 2 and note = 'x')
-- check: c.gone UPDATE as=A :: delete from c.visits ;; owner> select exists (select from c.gone where tenant = 2 and note = 'x')
-- check: c.swept DELETE as=A :: delete from c.visits ;; owner> select not exists (select from c.swept where tenant = 2)
-- check: c.named UPDATE as=A :: update c.named_now set tenant = 2 ;; owner> select exists (select from c.named where tenant = 2 and note = 'x')
-- check: c.own UPDATE as=A :: update c.own_now set note = 'x' ;; owner> select exists (select from c.own where tenant = 2 and note = 'x')
