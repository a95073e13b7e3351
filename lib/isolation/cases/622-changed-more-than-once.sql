-- case: 622-changed-more-than-once
-- threat: dml
-- null-tenant: foreign
-- tenant: c.by_steps.org
-- tenant: c.by_trace.org
-- tenant: c.by_call.org
-- tenant: c.by_view.org
-- tenant: c.by_flag.org
-- tenant: c.members.org
-- principal: name=A tenant=1 role=app settings={"app.user":"ann"}
-- principal: name=B tenant=2 role=app settings={"app.user":"bob"}
-- membership: c.members user=who tenant=org session="current_setting('app.user', true)"
-- expect: table=c.by_steps command=SELECT verdict=leaks
-- expect: table=c.by_trace command=SELECT verdict=leaks
-- expect: table=c.by_call command=SELECT verdict=leaks
-- expect: table=c.by_view command=SELECT verdict=leaks
-- expect: table=c.by_flag command=SELECT verdict=isolated
-- expect: table=c.members command=SELECT verdict=isolated
-- expect: table=c.members command=UPDATE verdict=isolated
-- why: what a row is now is not what it was at first: it was changed before, by a statement, a function or a view; only what nothing changes is as it was
do $$ begin create role changes_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role app nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization changes_owner;
grant usage on schema c to app;
set role changes_owner;
create function c.me() returns text language sql stable as $$ select current_setting('app.user', true) $$;
create table c.steps (who text primary key, org int not null, level int not null default 1);
create table c.trace (who text primary key, org int not null, state text not null default 'new', was text);
create table c.calls (who text primary key, org int not null, state text not null default 'new', level int not null default 1);
create table c.views (who text primary key, org int not null, state text not null default 'new', level int not null default 1);
create table c.members (who text primary key, org int not null, nick text, is_admin boolean not null default false, accepted boolean not null default false, changed timestamptz);
create table c.by_steps (id int primary key, org int not null);
create table c.by_trace (id int primary key, org int not null);
create table c.by_call (id int primary key, org int not null);
create table c.by_view (id int primary key, org int not null);
create table c.by_flag (id int primary key, org int not null);
create function c.one_step() returns trigger language plpgsql as $$ begin if new.level > old.level + 1 then raise exception 'one step at a time'; end if; return new; end $$;
create trigger one_step before update on c.steps for each row execute function c.one_step();
create function c.trace() returns trigger language plpgsql as $$ begin new.was := old.state; return new; end $$;
create trigger trace before update on c.trace for each row execute function c.trace();
create function c.activate() returns void language sql security definer set search_path = c, pg_temp as $$ update calls set state = 'active' where who = c.me() $$;
create view c.states as select who, state from c.views where who = c.me();
create function c.touch() returns trigger language plpgsql as $$ begin new.changed := now(); return new; end $$;
create trigger touch before update on c.members for each row execute function c.touch();
create function c.accept() returns void language sql security definer set search_path = c, pg_temp as $$ update members set accepted = true where who = c.me() $$;
do $$ declare t text; begin foreach t in array array['steps','trace','calls','views','members','by_steps','by_trace','by_call','by_view','by_flag'] loop execute format('alter table c.%I enable row level security', t); end loop; end $$;
create policy me on c.steps using (who = c.me());
create policy me on c.trace using (who = c.me());
create policy me on c.calls for select using (who = c.me());
create policy active on c.calls for update using (who = c.me() and state = 'active') with check (who = c.me());
create policy me on c.views for select using (who = c.me());
create policy active on c.views for update using (who = c.me() and state = 'active') with check (who = c.me());
create policy me on c.members using (who = c.me());
create policy p on c.by_steps for select using (exists (select from c.steps m where m.who = c.me() and (m.org = by_steps.org or m.level >= 3)));
create policy p on c.by_trace for select using (exists (select from c.trace m where m.who = c.me() and (m.org = by_trace.org or m.was = 'root')));
create policy p on c.by_call for select using (exists (select from c.calls m where m.who = c.me() and (m.org = by_call.org or m.level >= 3)));
create policy p on c.by_view for select using (exists (select from c.views m where m.who = c.me() and (m.org = by_view.org or m.level >= 3)));
create policy p on c.by_flag for select using (exists (select from c.members m where m.who = c.me() and (m.org = by_flag.org or (m.is_admin and m.accepted))));
grant select, update (level) on c.steps to app;
grant select, update (state) on c.trace to app;
grant select, update (level) on c.calls to app;
grant select, update (level) on c.views to app;
grant select, update (state) on c.states to app;
grant select, update (nick) on c.members to app;
grant select on c.by_steps, c.by_trace, c.by_call, c.by_view, c.by_flag to app;
reset role;

-- @seed
insert into c.steps values ('ann',1), ('bob',2);
insert into c.trace values ('ann',1), ('bob',2);
insert into c.calls values ('ann',1), ('bob',2);
insert into c.views values ('ann',1), ('bob',2);
insert into c.members values ('ann',1), ('bob',2);
insert into c.by_steps values (1,1), (2,2);
insert into c.by_trace values (1,1), (2,2);
insert into c.by_call values (1,1), (2,2);
insert into c.by_view values (1,1), (2,2);
insert into c.by_flag values (1,1), (2,2);

-- check: c.by_steps SELECT as=A :: update c.steps set level = 2 ;; update c.steps set level = 3 ;; select count(*) > 0 from c.by_steps where org = 2
-- check: c.by_trace SELECT as=A :: update c.trace set state = 'root' ;; update c.trace set state = 'x' ;; select count(*) > 0 from c.by_trace where org = 2
-- check: c.by_call SELECT as=A :: select c.activate() ;; update c.calls set level = 3 ;; select count(*) > 0 from c.by_call where org = 2
-- check: c.by_view SELECT as=A :: update c.states set state = 'active' ;; update c.views set level = 3 ;; select count(*) > 0 from c.by_view where org = 2
-- check: c.by_flag SELECT as=A :: update c.members set nick = 'x' ;; select c.accept() ;; select count(*) > 0 from c.by_flag where org = 2
-- check: c.members UPDATE as=A :: update c.members set nick = 'zz' ;; owner> select count(*) > 0 from c.members where nick = 'zz' and org = 2
-- check: c.members SELECT as=A :: update c.members set nick = 'zz' ;; select count(*) > 0 from c.members where org = 2


