-- case: 391-roles-and-tenants-in-arrays
-- threat: dml
-- null-tenant: foreign
-- tenant: c.a.tenant
-- tenant: c.b.tenant
-- tenant: c.d.tenant
-- tenant: c.e.tenant
-- principal: name=A tenant=1 role=desk settings={"app.tenants":"{1}","app.roles":"admin,editor"}
-- principal: name=B tenant=2 role=desk settings={"app.tenants":"{2}","app.roles":"viewer"}
-- expect: table=c.a command=SELECT verdict=isolated
-- expect: table=c.a command=INSERT verdict=isolated
-- expect: table=c.b command=SELECT verdict=isolated
-- expect: table=c.d command=SELECT verdict=isolated
-- expect: table=c.e command=SELECT verdict=leaks
-- expect: table=c.e command=UPDATE verdict=leaks
-- why: VARIADIC helpers, subscripts and lists in settings

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create function c.any_role(variadic wanted text[]) returns boolean language sql stable as $$ select string_to_array(current_setting('app.roles'), ',') && wanted $$;
create function c.tenants() returns int[] language sql stable as $$ select current_setting('app.tenants')::int[] $$;
create table c.a (id int primary key, tenant int not null); create table c.b (id int primary key, tenant int not null); create table c.d (id int primary key, tenant int not null); create table c.e (id int primary key, tenant int not null);
alter table c.a enable row level security; alter table c.b enable row level security; alter table c.d enable row level security; alter table c.e enable row level security;
create policy p on c.a using (tenant = any (c.tenants()) and c.any_role('admin', 'editor'));
create policy p on c.b using (c.tenants() @> array[tenant] and c.any_role(variadic array['viewer','admin']));
create policy p on c.d using (tenant = (c.tenants())[1] and cardinality(c.tenants()) = 1);
create policy p on c.e using (c.any_role('admin') or tenant = any (c.tenants()));
grant select, insert, update on c.a, c.b, c.d, c.e to desk;
reset role;

-- @seed
insert into c.a values (1,1),(2,2); insert into c.b values (1,1),(2,2); insert into c.d values (1,1),(2,2); insert into c.e values (1,1),(2,2);

-- check: c.a SELECT as=A :: select count(*) > 0 from c.a where tenant = 2
-- check: c.a INSERT as=A :: insert into c.a values (9,2) ;; select true
-- check: c.b SELECT as=A :: select count(*) > 0 from c.b where tenant = 2
-- check: c.d SELECT as=A :: select count(*) > 0 from c.d where tenant = 2
-- check: c.e SELECT as=A :: select count(*) > 0 from c.e where tenant = 2
-- check: c.e UPDATE as=A :: update c.e set tenant = 2 ;; select true
