-- case: 372-text-with-a-name-in-it
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=SELECT verdict=isolated
-- why: text-with-a-name-in-it

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null);
alter table c.t enable row level security;
create policy own on c.t using (clinic = current_setting('app.clinic')::int);
grant select on c.t to desk;create function c.count_of(t text) returns bigint language plpgsql as $$ declare n bigint; begin execute 'select count(*) from c.' || quote_ident(t) into n; return n; end $$; create function c.quietly(k int) returns void language plpgsql as $$ begin execute format('select %L::int + %s', k, k); end $$;
reset role;

-- @seed
insert into c.t values (1, 1), (2, 2);

-- check: c.t SELECT as=A :: try> select c.count_of('t') ;; select count(*) > 0 from c.t where clinic = 2
