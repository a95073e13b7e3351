-- case: 382-tenants-in-a-list-of-text
-- threat: dml
-- null-tenant: foreign
-- tenant: c.a.tenant
-- tenant: c.b.tenant
-- tenant: c.d.tenant
-- tenant: c.e.tenant
-- tenant: c.f.tenant
-- tenant: c.g.tenant
-- principal: name=A tenant=1,3 role=desk settings={"app.tenants":"1,3"}
-- principal: name=B tenant=12 role=desk settings={"app.tenants":"12"}
-- expect: table=c.a command=SELECT verdict=isolated
-- expect: table=c.b command=SELECT verdict=leaks
-- expect: table=c.d command=SELECT verdict=isolated
-- expect: table=c.e command=SELECT verdict=isolated
-- expect: table=c.f command=SELECT verdict=isolated
-- expect: table=c.g command=SELECT verdict=isolated
-- why: a tenant looked for in a text: between commas it is found, as a part of another it is too

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create table c.a (id int primary key, tenant int not null);
create table c.b (id int primary key, tenant int not null);
create table c.d (id int primary key, tenant int not null);
create table c.e (id int primary key, tenant int not null);
create table c.f (id int primary key, tenant int not null);
create table c.g (id int primary key, tenant int not null);
alter table c.a enable row level security; alter table c.b enable row level security; alter table c.d enable row level security; alter table c.e enable row level security; alter table c.f enable row level security; alter table c.g enable row level security;
create policy p on c.a using (strpos(',' || current_setting('app.tenants') || ',', ',' || tenant || ',') > 0);
create policy p on c.b using (strpos(current_setting('app.tenants'), tenant::text) > 0);
create policy p on c.d using (tenant::text = any (string_to_array(current_setting('app.tenants'), ',')));
create policy p on c.e using (array_position(string_to_array(current_setting('app.tenants'), ',')::int[], tenant) is not null);
create policy p on c.f using (',' || current_setting('app.tenants') || ',' like '%,' || tenant || ',%');
create policy p on c.g using (tenant in (select x::int from regexp_split_to_table(current_setting('app.tenants'), ',') x));
grant select on c.a, c.b, c.d, c.e, c.f, c.g to desk;
reset role;

-- @seed
insert into c.a values (1,1),(2,2),(3,12); insert into c.b values (1,1),(2,2),(3,12); insert into c.d values (1,1),(2,2),(3,12); insert into c.e values (1,1),(2,2),(3,12); insert into c.f values (1,1),(2,2),(3,12); insert into c.g values (1,1),(2,2),(3,12);

-- check: c.a SELECT as=A :: select count(*) > 0 from c.a where tenant not in (1,3)
-- check: c.b SELECT as=B :: select count(*) > 0 from c.b where tenant not in (12)
-- check: c.d SELECT as=A :: select count(*) > 0 from c.d where tenant not in (1,3)
-- check: c.e SELECT as=A :: select count(*) > 0 from c.e where tenant not in (1,3)
-- check: c.f SELECT as=A :: select count(*) > 0 from c.f where tenant not in (1,3)
-- check: c.g SELECT as=A :: select count(*) > 0 from c.g where tenant not in (1,3)
