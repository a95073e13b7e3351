-- case: 415-first-of-several-known
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=INSERT verdict=leaks
-- why: the first of two rows is one of them, and the other may differ from it

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.config (id int primary key, clinic int not null);
create table c.t (id int primary key, clinic int not null);

create function c.g() returns trigger language plpgsql security definer as $$ declare v int;  begin select clinic into v from c.config order by id; if new.clinic <> v then raise exception 'no'; end if; return new; end $$;
create trigger g before insert on c.t for each row execute function c.g();
grant insert on c.t to desk;
reset role;

-- @seed
insert into c.config values (1, 2), (2, 1);

-- check: c.t INSERT as=A :: insert into c.t values (9, 2) ;; owner> select count(*) > 0 from c.t where clinic = 2
