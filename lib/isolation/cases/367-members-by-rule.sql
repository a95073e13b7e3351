-- case: 367-members-by-rule
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.user":"22"}
-- membership: c.m user=usr tenant=clinic session="current_setting('app.user')::int"
-- expect: table=c.t command=SELECT verdict=leaks
-- why: members-by-rule

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.m (usr int, clinic int); create view c.w as select usr, clinic from c.m; create table c.asks (u int, k int); create rule r as on insert to c.asks do also insert into c.w values (new.u, new.k); grant insert on c.asks to desk; create table c.t (id int primary key, clinic int not null); alter table c.t enable row level security; create function c.mine() returns setof int language sql stable security definer as $$ select clinic from c.m where usr = current_setting('app.user')::int $$; create policy p on c.t using (clinic in (select c.mine())); grant select on c.t to desk;
reset role;

-- @seed
insert into c.m values (11, 1), (22, 2);insert into c.t values (1, 1), (2, 2);

-- check: c.t SELECT as=A :: insert into c.asks values (11, 2) ;; select count(*) > 0 from c.t where clinic = 2
