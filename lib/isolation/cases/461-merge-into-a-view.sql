-- case: 461-merge-into-a-view
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.tenant
-- tenant: c.put(integer,integer)
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"1"}
-- expect: table=c.put(integer,integer) command=INSERT verdict=leaks
-- why: MERGE on a view inserts, too

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create table c.visits (id int primary key, tenant int not null, note text);
create view c.all_visits as select id, tenant, note from c.visits where tenant = current_setting('app.tenant')::int;
create function c.put(i int, t int) returns void language sql security definer set search_path = c, pg_temp as $$ merge into all_visits v using (select i as id, t as tenant) n on v.id = n.id when matched then delete when not matched then insert values (n.id, n.tenant, 'x') $$;
grant execute on all functions in schema c to desk;
reset role;

-- @seed
insert into c.visits values (1,1,'a'),(2,2,'b');

-- check: c.put(integer,integer) INSERT as=A :: select c.put(9, 2) ;; owner> select count(*) > 0 from c.visits where tenant = 2 and id = 9
