-- case: 594-worked-out-before
-- threat: dml
-- null-tenant: foreign
-- tenant: c.by_setting.clinic
-- tenant: c.by_owner.clinic
-- tenant: c.by_list.clinic
-- tenant: c.by_operator.clinic
-- tenant: c.by_argument.clinic
-- tenant: c.by_plan.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- expect: table=c.by_setting command=SELECT verdict=leaks
-- expect: table=c.by_owner command=SELECT verdict=leaks
-- expect: table=c.by_list command=SELECT verdict=leaks
-- expect: table=c.by_operator command=SELECT verdict=leaks
-- expect: table=c.by_argument command=SELECT verdict=isolated
-- expect: table=c.by_plan command=SELECT verdict=isolated
-- expect: table=c.by_plan command=SELECT verdict=leaks channel=session
-- expect: table=c.by_argument command=SELECT verdict=isolated channel=session
-- why: what an IMMUTABLE function says is kept in an index or a plan, though its body asks who is there

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.me (clinic int);
grant select on c.me to desk;
create function c.mine(int) returns boolean language plpgsql immutable as $$ begin return $1 = nullif(current_setting('app.clinic', true), '')::int; end $$;
create function c.by_user(name) returns boolean language plpgsql immutable as $$ begin return $1 = current_user; end $$;
create function c.listed(int) returns boolean language plpgsql immutable as $$ begin return exists (select 1 from c.me where clinic = $1); end $$;
create function c.alike(int, int) returns boolean language plpgsql immutable as $$ begin return $1 = nullif(current_setting('app.clinic', true), '')::int; end $$;
create operator c.=~ (leftarg = int, rightarg = int, function = c.alike);
create function c.same(int, int) returns boolean language plpgsql immutable as $$ begin return $1 = $2; end $$;
create function c.folded() returns int language sql immutable as $$ select nullif(current_setting('app.clinic', true), '')::int $$;
create table c.by_setting (id int primary key, clinic int not null); alter table c.by_setting enable row level security; create policy own on c.by_setting for select using (c.mine(clinic)); grant select on c.by_setting to desk;create index on c.by_setting (c.mine(clinic));
create table c.by_owner (id int primary key, clinic int not null, owner name, check (owner <> 'desk' or clinic < 3)); alter table c.by_owner enable row level security; create policy own on c.by_owner for select using (c.by_user(owner)); grant select on c.by_owner to desk;create index on c.by_owner (c.by_user(owner));
create table c.by_list (id int primary key, clinic int not null); alter table c.by_list enable row level security; create policy own on c.by_list for select using (c.listed(clinic)); grant select on c.by_list to desk;create index on c.by_list (id) where c.listed(clinic);
create table c.by_operator (id int primary key, clinic int not null); alter table c.by_operator enable row level security; create policy own on c.by_operator for select using (clinic operator(c.=~) 0); grant select on c.by_operator to desk;create index on c.by_operator ((clinic operator(c.=~) 0));
create table c.by_argument (id int primary key, clinic int not null); alter table c.by_argument enable row level security; create policy own on c.by_argument for select using (c.same(clinic, nullif(current_setting('app.clinic', true), '')::int)); grant select on c.by_argument to desk;create index on c.by_argument (c.same(clinic, 1));
create table c.by_plan (id int primary key, clinic int not null); alter table c.by_plan enable row level security; create policy own on c.by_plan for select using (clinic = c.folded()); grant select on c.by_plan to desk;

reset role;

-- @seed
select set_config('app.clinic','3',false);
insert into c.me values (3);
insert into c.by_setting select g, 3 from generate_series(1,2000) g; insert into c.by_owner select g, 3, 'postgres' from generate_series(1,2000) g; insert into c.by_list select g, 3 from generate_series(1,2000) g; insert into c.by_operator select g, 3 from generate_series(1,2000) g; insert into c.by_argument select g, 3 from generate_series(1,2000) g; insert into c.by_plan select g, 3 from generate_series(1,2000) g; 
select set_config('app.clinic','1',false);
update c.me set clinic = 1;
insert into c.by_setting select 9000 + g, 1 from generate_series(1, 2) g; insert into c.by_owner select 9000 + g, 1, 'desk' from generate_series(1, 2) g; insert into c.by_list select 9000 + g, 1 from generate_series(1, 2) g; insert into c.by_operator select 9000 + g, 1 from generate_series(1, 2) g; insert into c.by_argument select 9000 + g, 1 from generate_series(1, 2) g; insert into c.by_plan select 9000 + g, 1 from generate_series(1, 2) g;
insert into c.by_list select g, 1 from generate_series(10000, 14000) g;
select set_config('app.clinic','',false);
analyze;

-- check: c.by_setting SELECT as=A :: select count(*) > 0 from c.by_setting where clinic = 3
-- check: c.by_owner SELECT as=A :: select count(*) > 0 from c.by_owner where clinic = 3
-- check: c.by_list SELECT as=A :: select count(*) > 0 from c.by_list where clinic = 3
-- check: c.by_operator SELECT as=A :: select count(*) > 0 from c.by_operator where clinic = 3
-- check: c.by_argument SELECT as=A :: select count(*) > 0 from c.by_argument where clinic = 3
-- check: c.by_plan SELECT as=A :: select count(*) > 0 from c.by_plan where clinic = 3
-- check: c.by_plan SELECT channel=session as=A :: prepare p as select count(*) > 0 from c.by_plan where clinic = 1 ;; execute p ;; commit> ;; select set_config('app.clinic', '', true) ;; execute p
-- check: c.by_argument SELECT channel=session as=A :: prepare p as select count(*) > 0 from c.by_argument where clinic = 1 ;; execute p ;; commit> ;; select set_config('app.clinic', '', true) ;; execute p
