-- case: 689-walked-step-by-step
-- threat: dml
-- null-tenant: foreign
-- tenant: c.staff.org
-- tenant: c.chain.org
-- tenant: c.chain_within.org
-- tenant: c.chain_of_owner.org
-- tenant: c.chain_kept.org
-- tenant: c.reach.org
-- tenant: c.levels.org
-- tenant: c.by_function.org
-- tenant: c.by_value.org
-- tenant: c.by_subquery.org
-- tenant: c.by_name.org
-- tenant: c.boss_of(integer).org
-- principal: name=A tenant=1 role=desk settings={"app.org":"1","app.me":"12"}
-- principal: name=B tenant=2 role=desk settings={"app.org":"2","app.me":"22"}
-- why: each step of a walk asks whose the next row is, or row security does; where only the end is asked, what stands between is another's
-- expect: table=c.staff command=SELECT verdict=isolated
-- expect: table=c.chain command=SELECT verdict=isolated
-- expect: table=c.chain_within command=SELECT verdict=isolated
-- expect: table=c.chain_of_owner command=SELECT verdict=leaks
-- expect: table=c.chain_kept command=SELECT verdict=leaks
-- expect: table=c.reach command=SELECT verdict=isolated
-- expect: table=c.levels command=SELECT verdict=leaks
-- expect: table=c.by_function command=SELECT verdict=leaks
-- expect: table=c.by_value command=SELECT verdict=leaks
-- expect: table=c.by_subquery command=SELECT verdict=leaks
-- expect: table=c.by_name command=SELECT verdict=leaks
-- expect: table=c.boss_of(integer) command=SELECT verdict=isolated

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper; grant usage on schema c to desk;
set role keeper;
create table c.staff (id int primary key, org int not null, boss int references c.staff, name text);
create function c.org() returns int language sql stable as $$ select current_setting('app.org')::int $$;
create function c.me() returns int language sql stable as $$ select current_setting('app.me')::int $$;
alter table c.staff enable row level security;
create policy own on c.staff for select using (org = c.org());
create view c.chain with (security_invoker) as with recursive up as (select s.org, s.id, s.boss from c.staff s where s.id = c.me() union select s.org, s.id, s.boss from up u join c.staff s on s.id = u.boss) select org, id from up;
create view c.chain_within as with recursive up (org, id, boss, n) as (select s.org, s.id, s.boss, 0 from c.staff s where s.id = c.me() and s.org = c.org() union all select s.org, s.id, s.boss, u.n + 1 from up u join c.staff s on s.id = u.boss and s.org = u.org and s.org = c.org() where u.n < 9) select org, id, n from up;
create view c.chain_of_owner as with recursive up as (select s.org, s.id, s.boss from c.staff s where s.id = c.me() and s.org = c.org() union select s.org, s.id, s.boss from up u join c.staff s on s.id = u.boss) select org, id from up;
create view c.chain_kept as with recursive up as (select s.org, s.id, s.boss from c.staff s where s.id = c.me() and s.org = c.org() union select s.org, s.id, s.boss from up u join c.staff s on s.id = u.boss) select org, id from up where org = c.org();
create view c.reach with (security_invoker) as with recursive down (org, id, path) as (select s.org, s.id, array[s.id] from c.staff s where s.boss is null union all select s.org, s.id, d.path || s.id from down d join c.staff s on s.boss = d.id where s.id <> all (d.path)) select org, count(*) as people, max(cardinality(path)) as deep from down group by org;
create view c.levels as with recursive up (org, id, boss, n) as (select s.org, s.id, s.boss, 0 from c.staff s where s.id = c.me() and s.org = c.org() union all select c.org(), s.id, s.boss, u.n + 1 from up u join c.staff s on s.id = u.boss where u.n < 9) select org, max(n) as levels from up group by org;
create function c.nodes() returns setof c.staff language sql stable security definer set search_path = c, pg_temp as $$ select * from staff $$;
create function c.boss(i int) returns int language sql stable security definer set search_path = c, pg_temp as $$ select boss from staff where id = i $$;
create view c.by_function as with recursive up as (select s.org, s.id, s.boss from c.staff s where s.id = c.me() and s.org = c.org() union select s.org, s.id, s.boss from up u join c.nodes() s on s.id = u.boss) select org, id from up where org = c.org();
create view c.by_value as with recursive up as (select s.org, s.id, s.boss from c.staff s where s.id = c.me() and s.org = c.org() union select c.org(), u.boss, c.boss(u.boss) from up u where u.boss is not null) select org, id from up;
create view c.by_subquery as with recursive up as (select s.org, s.id, s.boss from c.staff s where s.id = c.me() and s.org = c.org() union select u.org, u.boss, (select s.boss from c.staff s where s.id = u.boss) from up u where u.boss is not null) select org, id from up;
create view c.by_name as with recursive n as materialized (select * from c.staff), up as (select s.org, s.id, s.boss from n s where s.id = c.me() and s.org = c.org() union select s.org, s.id, s.boss from up u join n s on s.id = u.boss) select org, id from up where org = c.org();
create function c.boss_of(who int) returns table (org int, id int) language plpgsql stable as $$
begin
  return query with recursive up as (select s.org, s.id, s.boss from c.staff s where s.id = who union select s.org, s.id, s.boss from up u join c.staff s on s.id = u.boss) select u.org, u.id from up u where u.boss is null;
end $$;
grant select on c.staff, c.chain, c.chain_within, c.chain_of_owner, c.chain_kept, c.reach, c.levels, c.by_function, c.by_value, c.by_subquery, c.by_name to desk;
reset role;

-- @seed
insert into c.staff values (10, 1, null, 'a'), (21, 2, 10, 'b'), (11, 1, 21, 'a'), (12, 1, 11, 'a'), (22, 2, null, 'b');

-- check: c.chain_kept SELECT as=A :: owner> select 1 ;; owner> update c.staff set boss = null where id = 21 ;; select not exists (select from c.chain_kept where id = 10)
-- check: c.levels SELECT as=A :: select levels > 1 from c.levels
-- check: c.boss_of(integer) SELECT as=A :: select exists (select from c.boss_of(22))
-- check: c.by_function SELECT as=A :: owner> update c.staff set boss = null where id = 21 ;; select not exists (select from c.by_function where id = 10)
-- check: c.by_value SELECT as=A :: owner> update c.staff set boss = null where id = 21 ;; select not exists (select from c.by_value where id = 10)
-- check: c.by_subquery SELECT as=A :: owner> update c.staff set boss = null where id = 21 ;; select not exists (select from c.by_subquery where id = 10)
-- check: c.by_name SELECT as=A :: owner> update c.staff set boss = null where id = 21 ;; select not exists (select from c.by_name where id = 10)
-- check: c.staff SELECT as=A :: select count(*) > 0 from c.staff rw where not (coalesce(rw.org::text in ('1'), false))
-- check: c.staff SELECT as=B :: select count(*) > 0 from c.staff rw where not (coalesce(rw.org::text in ('2'), false))
-- check: c.chain SELECT as=A :: select count(*) > 0 from c.chain rw where not (coalesce(rw.org::text in ('1'), false))
-- check: c.chain SELECT as=B :: select count(*) > 0 from c.chain rw where not (coalesce(rw.org::text in ('2'), false))
-- check: c.chain_within SELECT as=A :: select count(*) > 0 from c.chain_within rw where not (coalesce(rw.org::text in ('1'), false))
-- check: c.chain_within SELECT as=B :: select count(*) > 0 from c.chain_within rw where not (coalesce(rw.org::text in ('2'), false))
-- check: c.chain_of_owner SELECT as=A :: select count(*) > 0 from c.chain_of_owner rw where not (coalesce(rw.org::text in ('1'), false))
-- check: c.chain_of_owner SELECT as=B :: select count(*) > 0 from c.chain_of_owner rw where not (coalesce(rw.org::text in ('2'), false))
-- check: c.reach SELECT as=A :: select count(*) > 0 from c.reach rw where not (coalesce(rw.org::text in ('1'), false))
-- check: c.reach SELECT as=B :: select count(*) > 0 from c.reach rw where not (coalesce(rw.org::text in ('2'), false))
