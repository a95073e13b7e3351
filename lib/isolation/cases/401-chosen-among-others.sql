-- case: 401-chosen-among-others
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- tenant: c.first_of_union.clinic
-- tenant: c.first_group.clinic
-- tenant: c.first_of_each.clinic
-- tenant: c.rank_of_group.clinic
-- tenant: c.as_many_as_all.clinic
-- tenant: c.told_beside.clinic
-- tenant: c.counted_beside.clinic
-- tenant: c.rank_of_own_group.clinic
-- tenant: c.first_of_own.clinic
-- tenant: c.cities_of_own.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.first_of_union command=SELECT verdict=leaks
-- expect: table=c.first_group command=SELECT verdict=leaks
-- expect: table=c.first_of_each command=SELECT verdict=leaks
-- expect: table=c.rank_of_group command=SELECT verdict=leaks
-- expect: table=c.as_many_as_all command=SELECT verdict=leaks
-- expect: table=c.told_beside command=SELECT verdict=leaks
-- expect: table=c.counted_beside command=SELECT verdict=leaks
-- expect: table=c.rank_of_own_group command=SELECT verdict=isolated
-- expect: table=c.first_of_own command=SELECT verdict=isolated
-- expect: table=c.cities_of_own command=SELECT verdict=isolated
-- why: what LIMIT, DISTINCT ON and windows choose hangs on all rows they choose from, also of groups and unions

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null, city text);
create view c.first_of_union as select * from (select id, clinic from c.t union all select id, clinic from c.t order by id limit 2) x
  where clinic = current_setting('app.clinic')::int;
create view c.first_group as select * from (select clinic, min(id) as m from c.t group by clinic order by m limit 1) x where clinic = current_setting('app.clinic')::int;
create view c.first_of_each as select * from (select distinct on (city) city, clinic, count(*) from c.t group by city, clinic
  order by city, clinic desc) x where clinic = current_setting('app.clinic')::int;
create view c.rank_of_group as select * from (select clinic, row_number() over (order by clinic desc) as r from c.t group by clinic) x
  where clinic = current_setting('app.clinic')::int;
create view c.as_many_as_all as select x.id, x.clinic from c.t x, generate_series(1, (select count(*) from c.t)) g where clinic = current_setting('app.clinic')::int;
create view c.told_beside as select column1 as n, column2 as clinic from (values ((select count(*) from c.t), current_setting('app.clinic')::int)) x;
create view c.counted_beside as select current_setting('app.clinic')::int as clinic, count(*) + (select count(*) from c.t) as n from c.t where clinic = current_setting('app.clinic')::int;
create view c.rank_of_own_group as select * from (select city, clinic, row_number() over (partition by clinic order by city) as r
  from c.t group by city, clinic) x where clinic = current_setting('app.clinic')::int;
create view c.first_of_own as select * from (select * from c.t where clinic = current_setting('app.clinic')::int union all select * from c.t where clinic = current_setting('app.clinic')::int
  order by id limit 1) x;
create view c.cities_of_own as select current_setting('app.clinic')::int as clinic, string_agg(city, ',') filter (where clinic = current_setting('app.clinic')::int) as cities from c.t;
grant select on c.first_of_union, c.first_group, c.first_of_each, c.rank_of_group, c.as_many_as_all, c.told_beside, c.counted_beside, c.rank_of_own_group, c.first_of_own, c.cities_of_own to desk;
reset role;

-- @seed
insert into c.t values (1, 2, 'x'), (2, 1, 'x');

-- check: c.first_of_union SELECT as=A :: select count(*) = 0 from c.first_of_union
-- check: c.first_group SELECT as=A :: select count(*) = 0 from c.first_group
-- check: c.first_of_each SELECT as=A :: select count(*) = 0 from c.first_of_each
-- check: c.rank_of_group SELECT as=A :: select count(*) = 1 from c.rank_of_group where r = 2
-- check: c.as_many_as_all SELECT as=A :: select count(*) = 2 from c.as_many_as_all
-- check: c.told_beside SELECT as=A :: select count(*) = 1 from c.told_beside where n = 2
-- check: c.counted_beside SELECT as=A :: select count(*) = 1 from c.counted_beside where n = 3
-- check: c.rank_of_own_group SELECT as=A :: select count(*) = 0 from c.rank_of_own_group
-- check: c.first_of_own SELECT as=A :: select count(*) = 0 from c.first_of_own
-- check: c.cities_of_own SELECT as=A :: select count(*) > 0 from c.cities_of_own where cities <> 'x'
