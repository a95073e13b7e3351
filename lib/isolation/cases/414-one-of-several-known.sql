-- case: 414-one-of-several-known
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=INSERT verdict=leaks
-- why: what may be one of two is neither of them for sure: one that differs from it may be let in

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.config (id int primary key, clinic int not null);
create table c.t (id int primary key, clinic int not null);

create function c.g() returns trigger language plpgsql security definer as $$ declare v int;  begin v := (select max(clinic) from c.config); if new.clinic <> v then raise exception 'no'; end if; return new; end $$;
create trigger g before insert on c.t for each row execute function c.g();
grant insert on c.t to desk;
reset role;

-- @seed
insert into c.config values (1, 2), (2, 1);

-- check: c.t INSERT as=A :: insert into c.t values (9, 2) ;; owner> select count(*) > 0 from c.t where clinic = 2
