-- case: 219-dynamic-sql
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.find(text)
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- expect: table=c.find(text) command=SELECT verdict=leaks
-- why: the text becomes part of the statement, and may set the clinic for all that come after

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create function c.find(p text) returns bigint language plpgsql stable security definer set search_path = c, pg_temp as $$ declare n bigint; begin execute 'select count(*) from c.visits where clinic = ' || current_setting('app.clinic', true)::int || ' and note = ''' || p || '''' into n; return n; end $$;
grant select on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select c.find('x'' or set_config(''app.clinic'', ''2'', false) = ''3'' --') ;; select count(*) > 0 from c.visits where clinic = 2
-- check: c.find(text) SELECT as=A :: select c.find('x'' or true --') > 2
