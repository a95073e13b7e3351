-- case: 373-triggers-of-a-replica
-- threat: dml
-- null-tenant: foreign
-- tenant: c.ordinary.clinic
-- tenant: c.always_.clinic
-- tenant: c.replicas.clinic
-- tenant: c.ruled.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.ordinary command=INSERT verdict=leaks
-- expect: table=c.always_ command=INSERT verdict=isolated
-- expect: table=c.replicas command=INSERT verdict=isolated
-- expect: table=c.ruled command=INSERT verdict=leaks
-- why: triggers-of-a-replica

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.b() returns trigger language plpgsql as $$ begin if new.clinic <> current_setting('app.clinic')::int then raise exception 'no'; end if; return new; end $$;create table c.ordinary (id int primary key, clinic int not null); create trigger b before insert on c.ordinary for each row execute function c.b();  grant insert on c.ordinary to desk;create table c.always_ (id int primary key, clinic int not null); create trigger b before insert on c.always_ for each row execute function c.b(); alter table c.always_ enable always trigger b; grant insert on c.always_ to desk;create table c.replicas (id int primary key, clinic int not null); create trigger b before insert on c.replicas for each row execute function c.b(); alter table c.replicas enable replica trigger b; grant insert on c.replicas to desk;create table c.ruled (id int primary key, clinic int not null); create rule r as on insert to c.ruled do instead nothing; grant insert on c.ruled to desk;reset role; do $$ begin execute format('alter database %I set session_replication_role to replica', current_database()); end $$; set role keeper;
reset role;

-- @seed
select 1;

-- check: c.ordinary INSERT as=A :: insert into c.ordinary values (9, 2) ;; owner> select count(*) > 0 from c.ordinary where id = 9
-- check: c.always_ INSERT as=A :: insert into c.always_ values (9, 2) ;; owner> select count(*) > 0 from c.always_ where id = 9
-- check: c.replicas INSERT as=A :: insert into c.replicas values (9, 2) ;; owner> select count(*) > 0 from c.replicas where id = 9
-- check: c.ruled INSERT as=A :: insert into c.ruled values (9, 2) ;; owner> select count(*) > 0 from c.ruled where id = 9
