-- case: 402-chosen-in-a-function
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- tenant: c.first(integer).clinic
-- tenant: c.last_but(integer).clinic
-- tenant: c.first_of_each(integer).clinic
-- tenant: c.first_group(integer).clinic
-- tenant: c.returned(integer).clinic
-- tenant: c.without_earlier(integer).clinic
-- tenant: c.first_of_own(integer).clinic
-- tenant: c.first_where_asked(integer).clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.first(integer) command=SELECT verdict=leaks
-- expect: table=c.last_but(integer) command=SELECT verdict=leaks
-- expect: table=c.first_of_each(integer) command=SELECT verdict=leaks
-- expect: table=c.first_group(integer) command=SELECT verdict=leaks
-- expect: table=c.returned(integer) command=SELECT verdict=leaks
-- expect: table=c.without_earlier(integer) command=SELECT verdict=leaks
-- expect: table=c.first_of_own(integer) command=SELECT verdict=isolated
-- expect: table=c.first_where_asked(integer) command=SELECT verdict=isolated
-- why: what LIMIT in a function leaves out was read as well

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null, city text);
create function c.first(most integer) returns table(id int, clinic int) language sql stable security definer as $$ select x.id, x.clinic from (select * from c.t order by id limit most) x where x.clinic = current_setting('app.clinic')::int $$;
create function c.last_but(most integer) returns table(id int, clinic int) language sql stable security definer as $$ select x.id, x.clinic from (select * from c.t order by id desc offset most) x where x.clinic = current_setting('app.clinic')::int $$;
create function c.first_of_each(most integer) returns table(id int, clinic int) language sql stable security definer as $$ select x.id, x.clinic from (select distinct on (city) * from c.t order by city, id) x where x.clinic = current_setting('app.clinic')::int $$;
create function c.first_group(most integer) returns table(id int, clinic int) language sql stable security definer as $$ select x.m, x.clinic from (select clinic, min(id) as m from c.t group by clinic order by m limit most) x where x.clinic = current_setting('app.clinic')::int $$;
create function c.returned(most integer) returns table(id int, clinic int) language plpgsql stable security definer as $$ begin return query select x.id, x.clinic from (select * from c.t order by c.t.id limit most) x where x.clinic = current_setting('app.clinic')::int; end $$;
create function c.without_earlier(most integer) returns table(id int, clinic int) language plpgsql stable security definer as $$ begin return query select a.id, a.clinic from c.t a left join c.t b on b.id < a.id where a.clinic = current_setting('app.clinic')::int and b.id is null; end $$;
create function c.first_of_own(most integer) returns table(id int, clinic int) language sql stable security definer as $$ select x.id, x.clinic from (select * from c.t where clinic = current_setting('app.clinic')::int order by id limit most) x $$;
create function c.first_where_asked(most integer) returns table(id int, clinic int) language plpgsql stable security definer as $$ begin if most > 3 then raise exception 'too many'; end if; return query select x.id, x.clinic from c.t x where x.clinic = current_setting('app.clinic')::int order by x.id limit most; end $$;
reset role;

-- @seed
insert into c.t values (1, 2, 'x'), (2, 1, 'x');

-- check: c.first(integer) SELECT as=A :: select count(*) = 0 from c.first(1)
-- check: c.last_but(integer) SELECT as=A :: select count(*) = 0 from c.last_but(1)
-- check: c.first_of_each(integer) SELECT as=A :: select count(*) = 0 from c.first_of_each(1)
-- check: c.first_group(integer) SELECT as=A :: select count(*) = 0 from c.first_group(1)
-- check: c.returned(integer) SELECT as=A :: select count(*) = 0 from c.returned(1)
-- check: c.without_earlier(integer) SELECT as=A :: select count(*) = 0 from c.without_earlier(1)
-- check: c.first_of_own(integer) SELECT as=A :: select count(*) = 0 from c.first_of_own(1)
-- check: c.first_where_asked(integer) SELECT as=A :: select count(*) = 0 from c.first_where_asked(1)
