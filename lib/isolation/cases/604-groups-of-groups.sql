-- case: 604-groups-of-groups
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.by_kind.clinic
-- tenant: c.by_day_and_kind.clinic
-- tenant: c.by_sets.clinic
-- tenant: c.of_mine.clinic
-- tenant: c.named_twice.clinic
-- tenant: c.all_in_one.clinic
-- tenant: c.hidden_total.clinic
-- tenant: c.by_ordinal.clinic
-- tenant: c.totals()
-- tenant: c.totals_of_all()
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.by_kind command=SELECT verdict=isolated
-- expect: table=c.by_day_and_kind command=SELECT verdict=isolated
-- expect: table=c.by_sets command=SELECT verdict=leaks
-- expect: table=c.of_mine command=SELECT verdict=isolated
-- expect: table=c.named_twice command=SELECT verdict=isolated
-- expect: table=c.all_in_one command=SELECT verdict=leaks
-- expect: table=c.hidden_total command=SELECT verdict=leaks
-- expect: table=c.by_ordinal command=SELECT verdict=isolated
-- expect: table=c.totals() command=SELECT verdict=isolated
-- expect: table=c.totals_of_all() command=SELECT verdict=leaks
-- why: a grouping set has a group for each value of its own keys, the others are NULL there, and the empty one holds every row

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, day date not null, kind text not null, price int not null);
create view c.by_kind as select clinic, kind, sum(price) as total from c.visits
  where clinic = current_setting('app.clinic')::int group by clinic, rollup (kind);
create view c.by_day_and_kind as select v.clinic, day, kind, count(*) as n, grouping(day, kind) as level from c.visits v
  where v.clinic = current_setting('app.clinic')::int group by v.clinic, cube (v.day, kind);
create view c.by_sets as select clinic, kind, count(*) as n from c.visits group by grouping sets ((clinic, kind), (kind))
  having clinic = current_setting('app.clinic')::int or clinic is null;
create view c.of_mine as select * from (
    select clinic, kind, count(*) as n from c.visits group by grouping sets ((clinic, kind), (clinic), (kind), ())) g
  where clinic = current_setting('app.clinic')::int;
create view c.named_twice as select clinic, clinic as again, sum(price) as total from c.visits
  where clinic = current_setting('app.clinic')::int group by grouping sets (clinic, (clinic, kind));
create view c.all_in_one as select current_setting('app.clinic')::int as clinic, kind, sum(price) as total from c.visits group by rollup (kind);
create view c.hidden_total as select * from (select coalesce(clinic, current_setting('app.clinic')::int) as clinic, sum(price) as total
  from c.visits group by rollup (clinic)) g where clinic = current_setting('app.clinic')::int;
create view c.by_ordinal as select clinic, to_char(day, 'YYYY-MM') as month, sum(price) as total from c.visits
  where clinic = current_setting('app.clinic')::int group by grouping sets ((1, 2), (1));
create function c.totals() returns table (kind text, total bigint) language sql stable security definer set search_path = '' as $$
  select v.kind, sum(v.price) from c.visits v where v.clinic = current_setting('app.clinic')::int group by rollup (v.kind) $$;
create function c.totals_of_all() returns table (kind text, total bigint) language sql stable security definer set search_path = '' as $$
  select v.kind, sum(v.price) from c.visits v group by grouping sets ((v.kind, v.clinic), ())
  having v.clinic = current_setting('app.clinic')::int or grouping(v.kind) = 1 $$;
revoke all on all functions in schema c from public;
grant execute on all functions in schema c to desk;
grant select on c.by_kind, c.by_day_and_kind, c.by_sets, c.of_mine, c.named_twice, c.all_in_one, c.hidden_total, c.by_ordinal to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, '2026-01-01', 'x', 10), (2, 2, '2026-01-01', 'x', 200), (3, 2, '2026-01-02', 'y', 3000);

-- check: c.by_kind SELECT as=A :: select exists (select from c.by_kind where clinic is distinct from 1 or total > 10)
-- check: c.by_day_and_kind SELECT as=A :: select exists (select from c.by_day_and_kind where clinic is distinct from 1 or n > 1)
-- check: c.by_sets SELECT as=A :: select exists (select from c.by_sets where clinic is null and n > 1)
-- check: c.of_mine SELECT as=A :: select exists (select from c.of_mine where clinic is distinct from 1 or n > 1)
-- check: c.named_twice SELECT as=A :: select exists (select from c.named_twice where clinic is distinct from 1 or total > 10)
-- check: c.all_in_one SELECT as=A :: select exists (select from c.all_in_one where total > 10)
-- check: c.hidden_total SELECT as=A :: select exists (select from c.hidden_total where total > 10)
-- check: c.by_ordinal SELECT as=A :: select exists (select from c.by_ordinal where clinic is distinct from 1 or total > 10)
-- check: c.totals() SELECT as=A :: select exists (select from c.totals() where total > 10)
-- check: c.totals_of_all() SELECT as=A :: select exists (select from c.totals_of_all() where total > 10)
