-- case: 364-assertions-that-are-not-run
-- threat: dml
-- null-tenant: foreign
-- tenant: c.strict_.clinic
-- tenant: c.limited.clinic
-- tenant: c.having_.clinic
-- tenant: c.asserted.clinic
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.strict_ command=INSERT verdict=leaks
-- expect: table=c.limited command=INSERT verdict=leaks
-- expect: table=c.having_ command=INSERT verdict=leaks
-- expect: table=c.asserted command=INSERT verdict=isolated
-- expect: table=c.t command=UPDATE verdict=leaks
-- why: assertions-that-are-not-run

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.mine(k int) returns void language plpgsql strict as $$ begin if k is distinct from current_setting('app.clinic')::int then raise exception 'no'; end if; end $$;create table c.strict_ (id int primary key, clinic int); create function c.by_strict_() returns trigger language plpgsql as $$ begin perform c.mine(new.clinic); return new; end $$; create trigger chk before insert on c.strict_ for each row execute function c.by_strict_(); grant insert on c.strict_ to desk;create table c.limited (id int primary key, clinic int); create function c.by_limited() returns trigger language plpgsql as $$ begin perform c.mine(new.clinic) limit 0; return new; end $$; create trigger chk before insert on c.limited for each row execute function c.by_limited(); grant insert on c.limited to desk;create table c.having_ (id int primary key, clinic int); create function c.by_having_() returns trigger language plpgsql as $$ begin perform c.mine(new.clinic) having false; return new; end $$; create trigger chk before insert on c.having_ for each row execute function c.by_having_(); grant insert on c.having_ to desk;create table c.asserted (id int primary key, clinic int); create function c.by_asserted() returns trigger language plpgsql as $$ begin perform c.mine(coalesce(new.clinic, 0)); return new; end $$; create trigger chk before insert on c.asserted for each row execute function c.by_asserted(); grant insert on c.asserted to desk;
create table c.t (id int primary key, clinic int not null, note text);
create function c.a() returns trigger language plpgsql as $$ begin if new.note like 'to %' then new.clinic := substr(new.note, 4)::int; end if; return new; end $$;
create function c.b() returns trigger language plpgsql as $$ begin if new.clinic <> current_setting('app.clinic')::int then raise exception 'no'; end if; return new; end $$;
create trigger a before update on c.t for each row execute function c.a(); create trigger b before update of clinic on c.t for each row execute function c.b();
alter table c.t enable row level security; create policy r on c.t for select using (clinic = current_setting('app.clinic')::int); create policy u on c.t for update using (clinic = current_setting('app.clinic')::int) with check (true); grant select, update on c.t to desk;
reset role;

-- @seed
insert into c.t values (1, 1, ''), (2, 2, '');

-- check: c.strict_ INSERT as=A :: insert into c.strict_ values (9, null) ;; owner> select count(*) > 0 from c.strict_ where id = 9
-- check: c.limited INSERT as=A :: insert into c.limited values (9, 2) ;; owner> select count(*) > 0 from c.limited where id = 9
-- check: c.having_ INSERT as=A :: insert into c.having_ values (9, 2) ;; owner> select count(*) > 0 from c.having_ where id = 9
-- check: c.asserted INSERT as=A :: insert into c.asserted values (9, null) ;; owner> select count(*) > 0 from c.asserted where id = 9
-- check: c.t UPDATE as=A :: update c.t set note = 'to 2' ;; owner> select count(*) > 0 from c.t where id = 1 and clinic = 2
