-- case: 684-tree-of-branches
-- threat: dml
-- null-tenant: foreign
-- tenant: o.branches.id
-- tenant: o.staff.branch
-- tenant: o.visits.branch
-- tenant: o.below()
-- tenant: o.sums.branch
-- tenant: o.move_staff(int,int)
-- tenant: o.audit.branch
-- tenant: o.reopen(int)
-- tenant: o.close_day(int)
-- tenant: o.days.branch
-- tenant: o.visits_2024.branch
-- tenant: o.my_path.id
-- principal: name=A tenant=11 role=app settings={"app.user":"5"}
-- principal: name=B tenant=12 role=app settings={"app.user":"6"}
-- membership: o.staff user=id tenant=branch when="active" session="current_setting('app.user')::int"
-- expect: table=o.branches command=SELECT verdict=leaks
-- expect: table=o.staff command=SELECT verdict=leaks
-- expect: table=o.staff command=UPDATE verdict=leaks
-- expect: table=o.visits command=SELECT verdict=leaks
-- expect: table=o.visits command=DELETE verdict=leaks
-- expect: table=o.visits_2024 command=SELECT verdict=leaks
-- expect: table=o.days command=SELECT verdict=leaks
-- expect: table=o.days command=UPDATE verdict=leaks
-- expect: table=o.audit command=SELECT verdict=leaks
-- expect: table=o.below() command=SELECT verdict=leaks
-- expect: table=o.sums command=SELECT verdict=leaks
-- expect: table=o.my_path command=SELECT verdict=leaks
-- expect: table=o.move_staff(int,int) command=UPDATE verdict=leaks

do $$ declare r text; begin foreach r in array array['app','keeper'] loop begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end; end loop; end $$;
create schema o authorization keeper; grant usage on schema o to app;
set role keeper;
create table o.branches (id int primary key, parent int references o.branches, name text not null, path text not null default '');
create table o.staff (id int primary key, branch int not null references o.branches, name text not null, role text not null default 'clerk' check (role in ('clerk','head')), active boolean not null default true);
create function o.branch() returns int language sql stable security definer set search_path = '' as $$ select s.branch from o.staff s where s.id = current_setting('app.user', true)::int and s.active $$;
create function o.is_head() returns boolean language sql stable security definer set search_path = '' as $$ select exists (select from o.staff s where s.id = current_setting('app.user', true)::int and s.active and s.role = 'head') $$;
create table o.visits (id int, branch int not null, at date not null, note text, primary key (id, at)) partition by range (at);
create table o.visits_2024 partition of o.visits for values from ('2024-01-01') to ('2025-01-01');
create table o.visits_2025 partition of o.visits for values from ('2025-01-01') to ('2026-01-01');
create table o.days (branch int not null, day date not null, closed boolean not null default false, total numeric not null default 0, primary key (branch, day));
create table o.audit (id bigint generated always as identity primary key, branch int, who int, what text not null);
alter table o.branches enable row level security; alter table o.staff enable row level security; alter table o.visits enable row level security; alter table o.days enable row level security; alter table o.audit enable row level security;
create policy r on o.branches for select using (id = o.branch());
create policy r on o.staff for select using (branch = o.branch());
create policy u on o.staff for update using (branch = o.branch() and o.is_head()) with check (branch = o.branch());
create policy r on o.visits using (branch = o.branch());
create policy r on o.days using (branch = o.branch() and not closed) with check (branch = o.branch());
create policy r on o.audit for select using (branch = o.branch() or branch is null);
grant select on o.branches, o.audit to app; grant select, update (name, branch, active) on o.staff to app;
grant select, insert, update, delete on o.visits, o.days to app; grant select on o.visits_2024 to app;
create function o.below() returns setof o.branches language sql stable security definer set search_path = '' as $$
  with recursive t as (select b.* from o.branches b where b.id = o.branch() union all select c.* from o.branches c join t on c.parent = t.id) select * from t $$;
create view o.sums as select v.branch, count(*) as n from o.visits v group by v.branch having v.branch = o.branch();
create view o.my_path as select b.id, p.name as above from o.branches b left join o.branches p on p.id = b.parent where b.id = o.branch();
grant select on o.sums, o.my_path to app;
create function o.move_staff(s int, b int) returns void language plpgsql security definer set search_path = '' as $$ begin
  if not o.is_head() then raise exception 'no'; end if; update o.staff set branch = b where id = s and branch = o.branch(); insert into o.audit (branch, what) values (b, 'came'); end $$;
create function o.reopen(b int) returns void language sql set search_path = '' as $$ update o.days set closed = false where branch = b $$;
create function o.close_day(b int) returns numeric language plpgsql security definer set search_path = '' as $$ declare n numeric; begin
  if b is distinct from o.branch() then raise exception 'not yours'; end if;
  update o.days set closed = true, total = (select count(*) from o.visits v where v.branch = b and v.at = o.days.day) where branch = b and not closed returning total into n; return n; end $$;
grant execute on all functions in schema o to app;
reset role;

-- @seed
insert into o.branches values (1, null, 'all'), (11, 1, 'a'), (12, 1, 'b'), (13, 11, 'c');
insert into o.staff values (5, 11, 'x', 'head'), (6, 12, 'y', 'clerk'), (7, 11, 'z', 'clerk');
insert into o.visits values (1, 11, '2024-02-01', 'x'), (2, 12, '2024-02-01', 'y');
insert into o.days values (11, '2024-02-01'), (12, '2024-02-01');
insert into o.audit (branch, what) values (11, 'x'), (12, 'y'), (null, 'z');

-- check: o.branches SELECT as=A :: select o.move_staff(5, 12) ;; select count(*) > 0 from o.branches where id = 12
-- check: o.staff SELECT as=A :: select o.move_staff(5, 12) ;; select count(*) > 0 from o.staff where id = 6
-- check: o.staff UPDATE as=A :: select o.move_staff(5, 12) ;; update o.staff set name = 'q' where id = 6 ;; owner> select name = 'q' from o.staff where id = 6
-- check: o.visits SELECT as=A :: select o.move_staff(5, 12) ;; select count(*) > 0 from o.visits where branch = 12
-- check: o.visits DELETE as=A :: select o.move_staff(5, 12) ;; delete from o.visits ;; owner> select count(*) = 0 from o.visits where branch = 12
-- check: o.visits_2024 SELECT as=A :: select count(*) > 0 from o.visits_2024 where branch = 12
-- check: o.days SELECT as=A :: select o.move_staff(5, 12) ;; select count(*) > 0 from o.days where branch = 12
-- check: o.days UPDATE as=A :: select o.move_staff(5, 12) ;; update o.days set total = 9 ;; owner> select total = 9 from o.days where branch = 12
-- check: o.audit SELECT as=A :: select count(*) > 0 from o.audit where branch is null
-- check: o.below() SELECT as=A :: select count(*) > 0 from o.below() where id = 13
-- check: o.sums SELECT as=A :: select o.move_staff(5, 12) ;; select count(*) > 0 from o.sums where branch = 12
-- check: o.my_path SELECT as=A :: select above = 'all' from o.my_path
-- check: o.move_staff(int,int) UPDATE as=A :: select o.move_staff(7, 12) ;; owner> select branch = 12 from o.staff where id = 7
