-- case: 374-triggers-switched-off-by-a-call
-- threat: dml
-- null-tenant: foreign
-- tenant: c.add(integer,integer)
-- tenant: c.add_always(integer,integer)
-- tenant: c.ordinary.clinic
-- tenant: c.always_.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.add(integer,integer) command=INSERT verdict=leaks
-- expect: table=c.add_always(integer,integer) command=INSERT verdict=isolated
-- why: triggers-switched-off-by-a-call

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.b() returns trigger language plpgsql as $$ begin if new.clinic <> current_setting('app.clinic')::int then raise exception 'no'; end if; return new; end $$;create table c.ordinary (id int primary key, clinic int not null); create trigger b before insert on c.ordinary for each row execute function c.b();  grant insert on c.ordinary to desk;create table c.always_ (id int primary key, clinic int not null); create trigger b before insert on c.always_ for each row execute function c.b(); alter table c.always_ enable always trigger b; grant insert on c.always_ to desk;reset role; create function c.add(i int, k int) returns void language plpgsql security definer set session_replication_role = 'replica' as $$ begin insert into c.ordinary values (i, k); end $$; create function c.add_always(i int, k int) returns void language plpgsql security definer set session_replication_role = 'replica' as $$ begin insert into c.always_ values (i, k); end $$;
reset role;

-- @seed
select 1;

-- check: c.add(integer,integer) INSERT as=A :: select c.add(9, 2) ;; owner> select count(*) > 0 from c.ordinary where id = 9
-- check: c.add_always(integer,integer) INSERT as=A :: select c.add_always(9, 2) ;; owner> select count(*) > 0 from c.always_ where id = 9
