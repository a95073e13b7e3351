-- case: 567-query-told-as-text
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=SELECT verdict=leaks
-- why: a query that is told as text calls what it likes, and so sets what others have set

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;

create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null, note text); alter table c.t enable row level security; create policy own on c.t for select using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select on c.t to desk;
create function c.rep(q text) returns xml language sql security definer set search_path = '' as $$ select query_to_xml(q, true, false, '') $$; grant execute on function c.rep(text) to desk;
reset role;


-- @seed
insert into c.t values (1,1),(2,2);

-- check: c.t SELECT as=A :: select c.rep('select set_config(''app.clinic'', ''2'', false)') ;; select count(*) > 0 from c.t where clinic = 2
