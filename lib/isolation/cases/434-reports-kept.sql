-- case: 434-reports-kept
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic_id
-- tenant: c.monthly.clinic_id
-- tenant: c.monthly_own.clinic_id
-- tenant: c.ranking
-- tenant: c.report(date,date)
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2","app.user":"22"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.monthly command=SELECT verdict=leaks
-- expect: table=c.monthly_own command=SELECT verdict=isolated
-- expect: table=c.ranking command=SELECT verdict=leaks
-- expect: table=c.report(date,date) command=SELECT verdict=isolated
-- why: a report that is kept holds rows of all until somebody filters it

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.clinic() returns int language sql stable as $$ select nullif(current_setting('app.clinic', true), '')::int $$;
create function c.me() returns int language sql stable as $$ select nullif(current_setting('app.user', true), '')::int $$;
create table c.visits (id int primary key, clinic_id int not null, on_day date not null, price numeric(10,2) not null default 0);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic_id = c.clinic()) with check (clinic_id = c.clinic());
create materialized view c.monthly as select clinic_id, date_trunc('month', on_day)::date as month, count(*) as visits, sum(price) as total from c.visits group by 1, 2;
create view c.monthly_own with (security_barrier) as select * from c.monthly where clinic_id = c.clinic();
create view c.ranking as select clinic_id = c.clinic() as mine, rank() over (order by sum(total) desc) as place from c.monthly group by clinic_id;
create function c.report(since date, until date) returns table (day date, visits bigint, total numeric) language sql stable security definer set search_path = '' as $$
  select v.on_day, count(*), sum(v.price) from c.visits v where v.on_day between since and until and v.clinic_id = c.clinic() group by rollup (v.on_day) $$;
grant select on c.visits, c.monthly, c.monthly_own, c.ranking to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, '2026-01-02', 10), (2, 2, '2026-01-03', 20), (3, 2, '2026-02-03', 20);
refresh materialized view c.monthly;

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic_id = 2
-- check: c.monthly SELECT as=A :: select count(*) > 0 from c.monthly where clinic_id = 2
-- check: c.monthly_own SELECT as=A :: select count(*) > 0 from c.monthly_own where clinic_id = 2
-- check: c.ranking SELECT as=A :: select count(*) > 1 from c.ranking
-- check: c.report(date,date) SELECT as=A :: select max(visits) > 1 from c.report('2026-01-01', '2026-12-31')
