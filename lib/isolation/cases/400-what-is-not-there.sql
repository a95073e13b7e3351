-- case: 400-what-is-not-there
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- tenant: c.not_exists.clinic
-- tenant: c.not_in.clinic
-- tenant: c.of_all.clinic
-- tenant: c.none_counted.clinic
-- tenant: c.no_highest.clinic
-- tenant: c.no_value.clinic
-- tenant: c.not_listed.clinic
-- tenant: c.none_at_all.clinic
-- tenant: c.anti_join.clinic
-- tenant: c.anti_join_right.clinic
-- tenant: c.anti_join_full.clinic
-- tenant: c.anti_join_lateral.clinic
-- tenant: c.none_or_own.clinic
-- tenant: c.below.clinic
-- tenant: c.taken_away.clinic
-- tenant: c.none_of_own.clinic
-- tenant: c.anti_join_of_own.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.not_exists command=SELECT verdict=leaks
-- expect: table=c.not_in command=SELECT verdict=leaks
-- expect: table=c.of_all command=SELECT verdict=leaks
-- expect: table=c.none_counted command=SELECT verdict=leaks
-- expect: table=c.no_highest command=SELECT verdict=leaks
-- expect: table=c.no_value command=SELECT verdict=leaks
-- expect: table=c.not_listed command=SELECT verdict=leaks
-- expect: table=c.none_at_all command=SELECT verdict=leaks
-- expect: table=c.anti_join command=SELECT verdict=leaks
-- expect: table=c.anti_join_right command=SELECT verdict=leaks
-- expect: table=c.anti_join_full command=SELECT verdict=leaks
-- expect: table=c.anti_join_lateral command=SELECT verdict=leaks
-- expect: table=c.none_or_own command=SELECT verdict=leaks
-- expect: table=c.below command=SELECT verdict=leaks
-- expect: table=c.taken_away command=SELECT verdict=leaks
-- expect: table=c.none_of_own command=SELECT verdict=isolated
-- expect: table=c.anti_join_of_own command=SELECT verdict=isolated
-- why: a row of one's own that is shown only where another tenant has none hangs on that tenant

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null, city text);
create view c.not_exists as select a.* from c.t a where a.clinic = current_setting('app.clinic')::int
  and not exists (select 1 from c.t b where b.city = a.city and b.id < a.id);
create view c.not_in as select a.* from c.t a where a.clinic = current_setting('app.clinic')::int and a.city not in (select b.city from c.t b where b.id < a.id);
create view c.of_all as select a.* from c.t a where a.clinic = current_setting('app.clinic')::int and a.id <= all (select b.id from c.t b);
create view c.none_counted as select a.* from c.t a where a.clinic = current_setting('app.clinic')::int
  and (select count(*) from c.t b where b.city = a.city and b.id < a.id) = 0;
create view c.no_highest as select a.* from c.t a where a.clinic = current_setting('app.clinic')::int
  and coalesce((select max(b.id) from c.t b where b.id < a.id), 0) = 0;
create view c.no_value as select a.* from c.t a where a.clinic = current_setting('app.clinic')::int and (select b.id from c.t b where b.id < a.id) is null;
create view c.not_listed as select a.* from c.t a where a.clinic = current_setting('app.clinic')::int
  and not (a.city = any (array(select b.city from c.t b where b.id < a.id)));
create view c.none_at_all as select current_setting('app.clinic')::int as clinic, count(*) as n from c.t where id < 2 having count(*) = 0;
create view c.anti_join as select a.* from c.t a left join c.t b on b.city = a.city and b.id < a.id
  where a.clinic = current_setting('app.clinic')::int and b.id is null;
create view c.anti_join_right as select a.* from c.t b right join c.t a on b.city = a.city and b.id < a.id
  where a.clinic = current_setting('app.clinic')::int and b.id is null;
create view c.anti_join_full as select a.* from c.t a full join (select * from c.t where id < 2) b on b.city = a.city
  where a.clinic = current_setting('app.clinic')::int and b.id is null;
create view c.anti_join_lateral as select a.* from c.t a left join lateral (select b.id from c.t b where b.id < a.id limit 1) l on true
  where a.clinic = current_setting('app.clinic')::int and l.id is null;
create view c.none_or_own as select a.* from c.t a left join c.t b on b.city = a.city and b.id < a.id
  where a.clinic = current_setting('app.clinic')::int and (b.id is null or b.clinic = current_setting('app.clinic')::int);
create view c.below as select * from (select a.* from c.t a where not exists (select 1 from c.t b where b.id < a.id)) x where clinic = current_setting('app.clinic')::int;
create view c.taken_away as select id, clinic from c.t where clinic = current_setting('app.clinic')::int except select id + 1, 1 from c.t;
create view c.none_of_own as select a.* from c.t a where a.clinic = current_setting('app.clinic')::int
  and not exists (select 1 from c.t b where b.clinic = a.clinic and b.city = a.city and b.id < a.id);
create view c.anti_join_of_own as select a.* from c.t a left join c.t b on b.clinic = a.clinic and b.id < a.id
  where a.clinic = current_setting('app.clinic')::int and b.id is null;
grant select on c.not_exists, c.not_in, c.of_all, c.none_counted, c.no_highest, c.no_value, c.not_listed, c.none_at_all, c.anti_join, c.anti_join_right, c.anti_join_full, c.anti_join_lateral, c.none_or_own, c.below, c.taken_away, c.none_of_own, c.anti_join_of_own to desk;
reset role;

-- @seed
insert into c.t values (1, 2, 'x'), (2, 1, 'x');

-- check: c.not_exists SELECT as=A :: select count(*) = 0 from c.not_exists
-- check: c.not_in SELECT as=A :: select count(*) = 0 from c.not_in
-- check: c.of_all SELECT as=A :: select count(*) = 0 from c.of_all
-- check: c.none_counted SELECT as=A :: select count(*) = 0 from c.none_counted
-- check: c.no_highest SELECT as=A :: select count(*) = 0 from c.no_highest
-- check: c.no_value SELECT as=A :: select count(*) = 0 from c.no_value
-- check: c.not_listed SELECT as=A :: select count(*) = 0 from c.not_listed
-- check: c.none_at_all SELECT as=A :: select count(*) = 0 from c.none_at_all
-- check: c.anti_join SELECT as=A :: select count(*) = 0 from c.anti_join
-- check: c.anti_join_right SELECT as=A :: select count(*) = 0 from c.anti_join_right
-- check: c.anti_join_full SELECT as=A :: select count(*) = 0 from c.anti_join_full
-- check: c.anti_join_lateral SELECT as=A :: select count(*) = 0 from c.anti_join_lateral
-- check: c.none_or_own SELECT as=A :: select count(*) = 0 from c.none_or_own
-- check: c.below SELECT as=A :: select count(*) = 0 from c.below
-- check: c.taken_away SELECT as=A :: select count(*) = 0 from c.taken_away
-- check: c.none_of_own SELECT as=A :: select count(*) = 0 from c.none_of_own
-- check: c.anti_join_of_own SELECT as=A :: select count(*) = 0 from c.anti_join_of_own
