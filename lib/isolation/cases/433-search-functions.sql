-- case: 433-search-functions
-- threat: dml
-- null-tenant: foreign
-- tenant: c.patients.clinic_id
-- tenant: c.search_safe(text)
-- tenant: c.search_sorted(text,text)
-- tenant: c.search_any(text,integer)
-- tenant: c.suggest(text)
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2","app.user":"22"}
-- expect: table=c.patients command=SELECT verdict=leaks
-- expect: table=c.search_safe(text) command=SELECT verdict=leaks
-- expect: table=c.search_any(text,integer) command=SELECT verdict=leaks
-- expect: table=c.suggest(text) command=SELECT verdict=leaks
-- expect: table=c.search_sorted(text,text) command=SELECT verdict=leaks
-- why: a search with the rights of its owner shows what its WHERE lets through

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.clinic() returns int language sql stable as $$ select nullif(current_setting('app.clinic', true), '')::int $$;
create function c.me() returns int language sql stable as $$ select nullif(current_setting('app.user', true), '')::int $$;
create table c.patients (id int primary key, clinic_id int not null, name text not null, phone text);
alter table c.patients enable row level security;
create policy own on c.patients using (clinic_id = c.clinic()) with check (clinic_id = c.clinic());
grant select on c.patients to desk;
create function c.search_safe(q text) returns setof c.patients language sql stable security definer set search_path = '' as $$ select p.* from c.patients p where p.clinic_id = c.clinic() and p.name ilike '%' || q || '%' $$;
create function c.search_sorted(q text, sort text) returns setof c.patients language plpgsql stable security definer set search_path = '' as $$
begin return query execute 'select * from c.patients p where p.clinic_id = c.clinic() and p.name ilike ' || quote_literal('%' || q || '%') || ' order by ' || sort; end $$;
create function c.search_any(q text, clinic int default null) returns setof c.patients language sql stable security definer set search_path = '' as $$
  select p.* from c.patients p where p.clinic_id = coalesce(clinic, c.clinic()) and (p.name ilike '%' || q || '%' or q is null) $$;
create function c.suggest(prefix text) returns table (word text, hits bigint) language sql stable security definer set search_path = '' as $$
  select split_part(p.name, ' ', 1), count(*) from c.patients p where p.name like prefix || '%' group by 1 $$;
reset role;

-- @seed
insert into c.patients values (1, 1, 'ada red', '1'), (2, 2, 'bob blue', '2'), (3, 2, 'ben blue', '3');

-- check: c.patients SELECT as=A :: select c.search_sorted('', $q$set_config('app.clinic', '2', true)$q$) ;; select count(*) > 0 from c.patients where clinic_id = 2
-- check: c.search_safe(text) SELECT as=A :: select c.search_sorted('', $q$set_config('app.clinic', '2', true)$q$) ;; select count(*) > 0 from c.search_safe('b') where clinic_id = 2
-- check: c.search_any(text,integer) SELECT as=A :: select count(*) > 0 from c.search_any('b', 2) where clinic_id = 2
-- check: c.suggest(text) SELECT as=A :: select count(*) > 0 from c.suggest('b')
-- check: c.search_sorted(text,text) SELECT as=A :: select count(*) = 0 from c.search_sorted('', '1 limit (select case when exists (select from c.patients x where x.clinic_id = 2) then 0 end)')
