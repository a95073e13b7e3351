-- case: 369-definitions-nobody-may-change
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=SELECT verdict=isolated
-- why: definitions-nobody-may-change

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null);
alter table c.t enable row level security;
create policy own on c.t using (clinic = current_setting('app.clinic')::int);
grant select on c.t to desk;create function c.open_t() returns void language plpgsql as $$ begin alter table c.t disable row level security; end $$;
create function c.kept() returns void language plpgsql security definer as $$ begin grant select on c.t to public; end $$; revoke execute on function c.kept() from public;
create function c.months() returns void language plpgsql security definer as $$ begin create table if not exists c.month_1 (x int); execute format('create index if not exists %I on c.month_1 (x)', 'i'); end $$;
reset role;

-- @seed
insert into c.t values (1, 1), (2, 2);

-- check: c.t SELECT as=A :: try> select c.open_t() ;; try> select c.months() ;; select count(*) > 0 from c.t where clinic = 2
