-- case: 227-admin-flag-in-user-metadata
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={} claims={"sub":"u1","clinic":"1","user_metadata":{"lang":"pt"}}
-- principal: name=B tenant=2 role=desk settings={} claims={"sub":"u2","clinic":"2","user_metadata":{}}
-- untrusted: claims.user_metadata
-- expect: table=c.visits command=SELECT verdict=leaks
-- why: a flag that users can set for themselves

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.claims() returns jsonb language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits for select using (clinic = (c.claims() ->> 'clinic')::int or (c.claims() -> 'user_metadata' ->> 'is_admin') = 'true');
grant select on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: claims> {"user_metadata":{"is_admin":"true"}} ;; select count(*) > 0 from c.visits where clinic = 2
