-- case: 460-upserts-through-views
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.tenant
-- tenant: c.mine.tenant
-- tenant: c.checked.tenant
-- tenant: c.above.tenant
-- tenant: c.keyless.tenant
-- tenant: c.read_only.tenant
-- tenant: c.put(integer)
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.tenant":"2"}
-- expect: table=c.mine command=UPDATE verdict=leaks
-- expect: table=c.above command=UPDATE verdict=leaks
-- expect: table=c.checked command=UPDATE verdict=isolated
-- expect: table=c.keyless command=UPDATE verdict=isolated
-- expect: table=c.read_only command=UPDATE verdict=isolated
-- expect: table=c.mine command=DELETE verdict=isolated
-- expect: table=c.put(integer) command=UPDATE verdict=leaks
-- why: ON CONFLICT DO UPDATE on a view meets rows that the view does not show

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create table c.visits (id int primary key, tenant int not null, note text);
create table c.free (id int, tenant int not null, note text);
create view c.mine as select id, tenant, note from c.visits where tenant = current_setting('app.tenant')::int;
create view c.above as select id, tenant, note from c.mine where note is distinct from 'secret';
create view c.checked as select id, tenant, note from c.visits where tenant = current_setting('app.tenant')::int with check option;
create view c.keyless as select id, tenant, note from c.free where tenant = current_setting('app.tenant')::int with check option;
create view c.read_only as select id, tenant, note from c.visits where tenant = current_setting('app.tenant')::int;
create function c.put(i int) returns void language sql security definer set search_path = c, pg_temp as $$ insert into mine values (i, current_setting('app.tenant')::int, 'x') on conflict (id) do update set note = 'x' $$;
grant select, insert, update (note), delete on c.mine, c.above, c.checked to desk;
grant select, insert, update, delete on c.keyless to desk;
grant select, update (note) on c.read_only to desk;
grant execute on all functions in schema c to desk;
reset role;

-- @seed
insert into c.visits values (1,1,'a'),(2,2,'b');
insert into c.free values (1,1,'a'),(2,2,'b');

-- check: c.mine UPDATE as=A :: insert into c.mine values (2, 1, 'y') on conflict (id) do update set note = 'taken' ;; owner> select count(*) > 0 from c.visits where tenant = 2 and note = 'taken'
-- check: c.above UPDATE as=A :: insert into c.above values (2, 1, 'y') on conflict (id) do update set note = 'taken' ;; owner> select count(*) > 0 from c.visits where tenant = 2 and note = 'taken'
-- check: c.checked UPDATE as=A :: insert into c.checked values (2, 1, 'y') on conflict (id) do update set note = 'taken' ;; owner> select count(*) > 0 from c.visits where tenant = 2 and note = 'taken'
-- check: c.keyless UPDATE as=A :: update c.keyless set note = 'taken' ;; owner> select count(*) > 0 from c.free where tenant = 2 and note = 'taken'
-- check: c.read_only UPDATE as=A :: insert into c.read_only values (2, 1, 'y') on conflict (id) do update set note = 'taken' ;; owner> select count(*) > 0 from c.visits where tenant = 2 and note = 'taken'
-- check: c.mine DELETE as=A :: delete from c.mine ;; owner> select count(*) = 0 from c.visits where tenant = 2
-- check: c.put(integer) UPDATE as=A :: select c.put(2) ;; owner> select count(*) > 0 from c.visits where tenant = 2 and note = 'x'
