-- case: 403-rows-behind-rows
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- tenant: c.through_others.clinic
-- tenant: c.through_own.clinic
-- tenant: c.only_one.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.through_others command=SELECT verdict=leaks
-- expect: table=c.through_own command=SELECT verdict=isolated
-- expect: table=c.only_one command=SELECT verdict=leaks
-- why: a walk from row to row hangs on the rows it goes through; the only row of a function on those it was chosen from

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null, up int);
create function c.last_one() returns c.t language sql stable security definer as $$ select * from c.t order by id desc $$;
create view c.through_others as with recursive w as (select id, clinic from c.t where clinic = current_setting('app.clinic')::int and up is null
  union all select t.id, t.clinic from c.t join w on t.up = w.id) select id, clinic from w where clinic = current_setting('app.clinic')::int;
create view c.through_own as with recursive w as (select id, clinic from c.t where clinic = current_setting('app.clinic')::int and up is null
  union all select t.id, t.clinic from c.t join w on t.up = w.id where t.clinic = current_setting('app.clinic')::int) select id, clinic from w;
create view c.only_one as select o.id, o.clinic from c.last_one() o where o.clinic = current_setting('app.clinic')::int;
grant select on c.through_others, c.through_own, c.only_one to desk;
reset role;

-- @seed
insert into c.t values (1, 1, null), (2, 2, 1), (3, 1, 2);

-- check: c.through_others SELECT as=A :: select count(*) > 1 from c.through_others
-- check: c.through_own SELECT as=A :: select count(*) > 1 from c.through_own
-- check: c.only_one SELECT as=A :: select count(*) > 0 from c.only_one
