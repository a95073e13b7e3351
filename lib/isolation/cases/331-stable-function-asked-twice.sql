-- case: 331-stable-function-asked-twice
-- threat: dml
-- null-tenant: foreign
-- tenant: c.sheets.clinic
-- tenant: c.first()
-- tenant: c.second()
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.first() command=INSERT verdict=leaks
-- expect: table=c.second() command=INSERT verdict=leaks
-- why: a STABLE function may call a VOLATILE one that writes, and does so each time it is called

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.sheets (note int not null, clinic int not null);
create function c.spill(n int) returns int language plpgsql as $$
begin insert into c.sheets values (n, 2); return n; end $$;
create function c.look(n int) returns int language plpgsql stable as $$
begin return c.spill(n); end $$;
create function c.first() returns void language plpgsql security definer as $$
declare x int; begin x := c.look(7); end $$;
create function c.second() returns void language plpgsql security definer as $$
declare x int; begin x := c.look(7); end $$;
reset role;

-- @seed
insert into c.sheets values (1, 1), (2, 2);

-- check: c.first() INSERT as=A :: select c.first() ;; owner> select exists (select from c.sheets where note = 7 and clinic = 2)
-- check: c.second() INSERT as=A :: select c.second() ;; owner> select exists (select from c.sheets where note = 7 and clinic = 2)
