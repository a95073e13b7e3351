-- case: 368-definitions-changed-by-calls
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- tenant: c.s.clinic
-- tenant: c.n.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=SELECT verdict=leaks
-- expect: table=c.s command=SELECT verdict=leaks
-- expect: table=c.n command=INSERT verdict=leaks
-- why: definitions-changed-by-calls

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null);
alter table c.t enable row level security;
create policy own on c.t using (clinic = current_setting('app.clinic')::int);
grant select on c.t to desk;create table c.s (id int, clinic int not null); create table c.n (id int primary key, clinic int not null); create function c.b() returns trigger language plpgsql as $$ begin if new.clinic <> current_setting('app.clinic')::int then raise exception 'no'; end if; return new; end $$; create trigger b before insert on c.n for each row execute function c.b(); grant insert on c.n to desk;
create function c.open_t() returns void language plpgsql security definer as $$ begin alter table c.t disable row level security; end $$;
create function c.open_s() returns void language plpgsql security definer as $$ begin execute 'grant select on c.s to desk'; end $$;
create procedure c.open_n() language plpgsql security definer as $$ begin alter table c.n disable trigger b; end $$;
reset role;

-- @seed
insert into c.t values (1, 1), (2, 2);insert into c.s values (1, 1), (2, 2);alter table c.n disable trigger b;insert into c.n values (1, 1), (2, 2);alter table c.n enable trigger b;

-- check: c.t SELECT as=A :: select c.open_t() ;; select count(*) > 0 from c.t where clinic = 2
-- check: c.s SELECT as=A :: select c.open_s() ;; select count(*) > 0 from c.s where clinic = 2
-- check: c.n INSERT as=A :: call c.open_n() ;; insert into c.n values (9, 2) ;; owner> select count(*) > 0 from c.n where id = 9
