-- case: 217-definer-search
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.find(text).clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.find(text) command=SELECT verdict=leaks
-- why: a search with the rights of the owner forgets the clinic

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create function c.find(p text) returns setof c.visits language sql stable security definer set search_path = c, pg_temp as $$ select * from c.visits where note like p || '%' $$;
revoke execute on function c.find from public;
grant execute on function c.find to desk;
grant select on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.find(text) SELECT as=A :: select count(*) > 0 from c.find('b') where clinic = 2
