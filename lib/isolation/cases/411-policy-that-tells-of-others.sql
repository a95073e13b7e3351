-- case: 411-policy-that-tells-of-others
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- tenant: c.b.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=SELECT verdict=leaks channel=covert
-- expect: table=c.t command=SELECT verdict=isolated
-- why: a policy that shows one's own by what others hold tells that they hold it

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.b (tid int, clinic int not null);
create function c.blocked(k int) returns boolean language sql stable security definer as $$ select exists (select from c.b where tid = k) $$;
create table c.t (id int primary key, clinic int not null);
alter table c.t enable row level security;
create policy own on c.t using (clinic = current_setting('app.clinic')::int and not c.blocked(id));
grant select on c.t to desk;
reset role;

-- @seed
insert into c.t values (1, 1), (2, 2);
insert into c.b values (1, 2);

-- check: c.t SELECT channel=covert as=A :: select count(*) = 0 from c.t where id = 1
-- check: c.t SELECT as=A :: select count(*) > 0 from c.t where clinic = 2
