-- case: 388-switches-in-a-table
-- threat: dml
-- null-tenant: foreign
-- tenant: c.records.tenant
-- tenant: c.exports.tenant
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.tenant":"2","app.user":"22"}
-- expect: table=c.records command=SELECT verdict=isolated
-- expect: table=c.records command=UPDATE verdict=isolated
-- expect: table=c.exports command=SELECT verdict=leaks
-- expect: table=c.exports command=UPDATE verdict=leaks
-- why: a switch that everybody may turn on for himself opens what it is asked for

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create table c.features (tenant int not null, name text not null, enabled boolean not null default false, primary key (tenant, name));
create table c.records (id int primary key, tenant int not null, kind text);
create table c.exports (id int primary key, tenant int not null, kind text);
create function c.feature(n text) returns boolean language sql stable security definer set search_path = '' as $$ select coalesce((select f.enabled from c.features f where f.tenant = current_setting('app.tenant')::int and f.name = n), false) $$;
alter table c.features enable row level security; alter table c.records enable row level security; alter table c.exports enable row level security;
create policy own on c.features using (tenant = current_setting('app.tenant')::int);
create policy own on c.records using (tenant = current_setting('app.tenant')::int and c.feature('records'));
create policy own on c.exports using (tenant = current_setting('app.tenant')::int or c.feature('global'));
grant select, insert, update on c.features, c.records, c.exports to desk; grant execute on all functions in schema c to desk;
reset role;

-- @seed
insert into c.features values (1,'records',true),(2,'records',true); insert into c.records values (1,1,''),(2,2,''); insert into c.exports values (1,1,''),(2,2,'');

-- check: c.records SELECT as=A :: insert into c.features values (1,'global',true) ;; select count(*) > 0 from c.records where tenant = 2
-- check: c.records UPDATE as=A :: update c.records set tenant = 2 ;; select true
-- check: c.exports SELECT as=A :: insert into c.features values (1,'global',true) ;; select count(*) > 0 from c.exports where tenant = 2
-- check: c.exports UPDATE as=A :: insert into c.features values (1,'global',true) ;; update c.exports set kind = 'z' ;; owner> select count(*) > 0 from c.exports where tenant = 2 and kind = 'z'
