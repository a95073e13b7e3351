-- case: 346-settings-set-beside-calls
-- threat: dml
-- null-tenant: foreign
-- tenant: c.by_trigger.clinic
-- tenant: c.by_view.clinic
-- tenant: c.by_default.clinic
-- tenant: c.by_rule.clinic
-- tenant: c.quoted.clinic
-- tenant: c.by_helpers.clinic
-- tenant: c.second.clinic
-- tenant: c.untouched.clinic
-- principal: name=A tenant=1 role=desk settings={"app.by_trigger":"1","app.by_view":"1","app.by_default":"1","app.by_rule":"1","app.quoted":"1","app.by_helpers":"1","app.second":"1","app.untouched":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.by_trigger":"2","app.by_view":"2","app.by_default":"2","app.by_rule":"2","app.quoted":"2","app.by_helpers":"2","app.second":"2","app.untouched":"2"}
-- expect: table=c.by_trigger command=SELECT verdict=leaks
-- expect: table=c.by_view command=SELECT verdict=leaks
-- expect: table=c.by_default command=SELECT verdict=leaks
-- expect: table=c.by_rule command=SELECT verdict=leaks
-- expect: table=c.quoted command=SELECT verdict=leaks
-- expect: table=c.by_helpers command=SELECT verdict=leaks
-- expect: table=c.second command=SELECT verdict=leaks
-- expect: table=c.untouched command=SELECT verdict=isolated
-- why: whoever uses a table sets what its triggers, defaults, views and rules set

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.by_trigger (id int primary key, clinic int not null);
alter table c.by_trigger enable row level security;
create policy own on c.by_trigger using (clinic = current_setting('app.by_trigger')::int);
grant select on c.by_trigger to desk;
create table c.wishes (clinic int);
grant insert on c.wishes to desk;
create function c.follow() returns trigger language plpgsql as $$ begin perform set_config('app.by_trigger', new.clinic::text, true); return new; end $$;
create trigger follow before insert on c.wishes for each row execute function c.follow();
create table c.by_view (id int primary key, clinic int not null);
alter table c.by_view enable row level security;
create policy own on c.by_view using (clinic = current_setting('app.by_view')::int);
grant select on c.by_view to desk;
create view c.switch as select set_config('app.by_view', '2', true) as now;
grant select on c.switch to desk;
create table c.by_default (id int primary key, clinic int not null);
alter table c.by_default enable row level security;
create policy own on c.by_default using (clinic = current_setting('app.by_default')::int);
grant select on c.by_default to desk;
create table c.notes (id int, now text default set_config('app.by_default', '2', true));
grant insert (id) on c.notes to desk;
create table c.by_rule (id int primary key, clinic int not null);
alter table c.by_rule enable row level security;
create policy own on c.by_rule using (clinic = current_setting('app.by_rule')::int);
grant select on c.by_rule to desk;
create table c.asked (clinic int);
create rule also as on insert to c.asked do also select set_config('app.by_rule', new.clinic::text, true);
grant insert on c.asked to desk;
create table c.quoted (id int primary key, clinic int not null);
alter table c.quoted enable row level security;
create policy own on c.quoted using (clinic = current_setting('app.quoted')::int);
grant select on c.quoted to desk;
create function c.quoted_set() returns void language plpgsql as $$ begin set local "app"."quoted" to '2'; end $$;
create table c.by_helpers (id int primary key, clinic int not null);
alter table c.by_helpers enable row level security;
create policy own on c.by_helpers using (clinic = current_setting('app.by_helpers')::int);
grant select on c.by_helpers to desk;
create table c.hopes (clinic int);
grant insert on c.hopes to desk;
create function c.low(k int) returns text language sql as $$ select set_config('app.by_helpers', k::text, true) $$;
create function c.mid(k int) returns text language sql as $$ select c.low(k) $$;
revoke execute on function c.low(int), c.mid(int) from public;
create function c.hope() returns trigger language plpgsql security definer as $$ begin perform c.mid(new.clinic); return new; end $$;
create trigger hope before insert on c.hopes for each row execute function c.hope();
create table c.second (id int primary key, clinic int not null);
alter table c.second enable row level security;
create policy own on c.second using (clinic = current_setting('app.second')::int);
grant select on c.second to desk;
create view c.both as select set_config('app.other', '2', true) as one, set_config('app.second', '2', true) as two;
grant select on c.both to desk;
create table c.untouched (id int primary key, clinic int not null);
alter table c.untouched enable row level security;
create policy own on c.untouched using (clinic = current_setting('app.untouched')::int);
grant select on c.untouched to desk;
reset role;

-- @seed
insert into c.by_trigger values (1, 1), (2, 2);
insert into c.by_view values (1, 1), (2, 2);
insert into c.by_default values (1, 1), (2, 2);
insert into c.by_rule values (1, 1), (2, 2);
insert into c.quoted values (1, 1), (2, 2);
insert into c.by_helpers values (1, 1), (2, 2);
insert into c.second values (1, 1), (2, 2);
insert into c.untouched values (1, 1), (2, 2);

-- check: c.by_trigger SELECT as=A :: insert into c.wishes values (2) ;; select count(*) > 0 from c.by_trigger where clinic = 2
-- check: c.by_view SELECT as=A :: select * from c.switch ;; select count(*) > 0 from c.by_view where clinic = 2
-- check: c.by_default SELECT as=A :: insert into c.notes (id) values (1) ;; select count(*) > 0 from c.by_default where clinic = 2
-- check: c.by_rule SELECT as=A :: insert into c.asked values (2) ;; select count(*) > 0 from c.by_rule where clinic = 2
-- check: c.quoted SELECT as=A :: select c.quoted_set() ;; select count(*) > 0 from c.quoted where clinic = 2
-- check: c.by_helpers SELECT as=A :: insert into c.hopes values (2) ;; select count(*) > 0 from c.by_helpers where clinic = 2
-- check: c.second SELECT as=A :: select * from c.both ;; select count(*) > 0 from c.second where clinic = 2
-- check: c.untouched SELECT as=A :: select count(*) > 0 from c.untouched where clinic = 2
