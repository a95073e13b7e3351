-- case: 680-equal-texts-that-are-two
-- threat: dml
-- null-tenant: foreign
-- tenant: c.relab.clinic
-- tenant: c.relab2.clinic
-- tenant: c.concat2.clinic
-- tenant: c.coal.clinic
-- tenant: c.casek.clinic
-- tenant: c.dom.clinic
-- tenant: c.domset.clinic
-- tenant: c.dompar.clinic
-- tenant: c.dompar2.clinic
-- tenant: c.domret.clinic
-- tenant: c.domret2.clinic
-- tenant: c.typevar.clinic
-- tenant: c.rowvar.clinic
-- tenant: c.compvar.clinic
-- tenant: c.compvar2.clinic
-- tenant: c.frozen.clinic
-- tenant: c.frozen2.clinic
-- tenant: c.frozen3.clinic
-- tenant: c.grouped.clinic
-- tenant: c.distinct_of.clinic
-- tenant: c.written.clinic
-- tenant: c.by_number.clinic
-- tenant: c.by_uuid.clinic
-- tenant: c.declared.clinic
-- tenant: c.by_moment.clinic
-- principal: name=A tenant=a role=desk settings={"app.clinic":"a","app.w":"a"}
-- principal: name=B tenant=b role=desk settings={"app.clinic":"b","app.w":"b"}
-- expect: table=c.relab command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.relab2 command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.concat2 command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.coal command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.casek command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.dom command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.domset command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.dompar command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.dompar2 command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.domret command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.domret2 command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.typevar command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.rowvar command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.compvar command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.compvar2 command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.frozen command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.frozen2 command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.frozen3 command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.grouped command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.distinct_of command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.written command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.by_number command=SELECT verdict=leaks
-- why: no row of such a column is of the tenant that the setup names
-- expect: table=c.by_uuid command=SELECT verdict=leaks
-- why: no row of such a column is of the tenant that the setup names
-- expect: table=c.declared command=SELECT verdict=leaks
-- why: a collation of its own holds a and A for equal
-- expect: table=c.by_moment command=SELECT verdict=leaks
-- why: no row of such a column is of the tenant that the setup names

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
create collation c.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
alter default privileges for role keeper in schema c grant select on tables to desk;
set role keeper;
create domain c.cit as text collate c.ci;
create type c.rowk as (k text collate c.ci, n int);
create table c.pair (k text collate c.ci primary key);

create table c.relab (id int primary key, clinic text collate c.ci); alter table c.relab enable row level security;
create policy p on c.relab using (clinic::text = current_setting('app.clinic'));
create table c.relab2 (id int primary key, clinic varchar collate c.ci); alter table c.relab2 enable row level security;
create policy p on c.relab2 using (clinic::text = current_setting('app.clinic'));
create table c.concat2 (id int primary key, clinic text, k text collate c.ci not null default ''); alter table c.concat2 enable row level security;
create policy p on c.concat2 using (k || clinic = current_setting('app.clinic') and k = '');
create table c.coal (id int primary key, clinic text, k text collate c.ci); alter table c.coal enable row level security;
create policy p on c.coal using (coalesce(k, clinic) = current_setting('app.clinic') and k is null);
create table c.casek (id int primary key, clinic text, k text collate c.ci); alter table c.casek enable row level security;
create policy p on c.casek using (case when k is null then clinic else k end = current_setting('app.clinic') and k is null);
create table c.dom (id int primary key, clinic text); alter table c.dom enable row level security;
create policy p on c.dom using (clinic::c.cit = current_setting('app.clinic'));
create table c.domset (id int primary key, clinic text); alter table c.domset enable row level security;
create policy p on c.domset using (clinic = current_setting('app.clinic')::c.cit);
create table c.dompar (id int primary key, clinic text); alter table c.dompar enable row level security;
create function c.f_dompar(x c.cit) returns boolean language sql stable as $$ select x = current_setting('app.clinic') $$;
create policy p on c.dompar using (c.f_dompar(clinic));
create table c.dompar2 (id int primary key, clinic text); alter table c.dompar2 enable row level security;
create function c.f_dompar2(x c.cit) returns boolean language plpgsql stable as $$ begin return x = current_setting('app.clinic'); end $$;
create policy p on c.dompar2 using (c.f_dompar2(clinic));
create table c.domret (id int primary key, clinic text); alter table c.domret enable row level security;
create function c.f_domret() returns c.cit language sql stable as $$ select current_setting('app.clinic') $$;
create policy p on c.domret using (c.f_domret() = clinic);
create table c.domret2 (id int primary key, clinic text); alter table c.domret2 enable row level security;
create function c.f_domret2() returns c.cit language plpgsql stable as $$ begin return current_setting('app.clinic'); end $$;
create policy p on c.domret2 using (c.f_domret2() = clinic);
create table c.typevar (id int primary key, clinic text); alter table c.typevar enable row level security;
create function c.f_typevar(y text) returns boolean language plpgsql stable as $$ declare x c.pair.k%type; begin x := y; return x = current_setting('app.clinic'); end $$;
create policy p on c.typevar using (c.f_typevar(clinic));
create table c.rowvar (id int primary key, clinic text); alter table c.rowvar enable row level security;
create function c.f_rowvar(y text) returns boolean language plpgsql stable as $$ declare x c.pair%rowtype; begin x.k := y; return x.k = current_setting('app.clinic'); end $$;
create policy p on c.rowvar using (c.f_rowvar(clinic));
create table c.compvar (id int primary key, clinic text); alter table c.compvar enable row level security;
create policy p on c.compvar using ((row(clinic, 1)::c.rowk).k = current_setting('app.clinic'));
create table c.compvar2 (id int primary key, clinic text); alter table c.compvar2 enable row level security;
create policy p on c.compvar2 using ((row(clinic)::c.pair).k = current_setting('app.clinic'));
create table c.frozen (id int primary key, clinic text); alter table c.frozen enable row level security;
create policy p on c.frozen using (exists (select from c.pair m where m.k = clinic and m.k = current_setting('app.clinic')));
create table c.frozen2 (id int primary key, clinic text); alter table c.frozen2 enable row level security;
create policy p on c.frozen2 using (clinic in (select lower(m.k) from c.pair m where m.k = current_setting('app.clinic')));
create table c.frozen3 (id int primary key, clinic text); alter table c.frozen3 enable row level security;
create policy p on c.frozen3 using (clinic = any (array(select m.k from c.pair m where m.k = current_setting('app.clinic'))));
create table c.groupedx (id int primary key, clinic text collate c.ci, n int);
revoke all on c.groupedx from desk;
create view c.grouped as select clinic collate "C" as clinic, max(n) as n from c.groupedx group by clinic having clinic = current_setting('app.clinic');
create table c.distinct_ofx (id int primary key, clinic text collate c.ci, n int);
revoke all on c.distinct_ofx from desk;
create view c.distinct_of as select distinct clinic from c.distinct_ofx where clinic in (select clinic from c.distinct_ofx intersect select current_setting('app.clinic'));
create table c.written (id int primary key, clinic text); alter table c.written enable row level security;
create table c.writtenm (k text collate c.ci, who text); grant insert on c.writtenm to desk;
alter table c.writtenm enable row level security; create policy p on c.writtenm using (true) with check (k collate "C" = current_setting('app.clinic'));
create policy p on c.written using (exists (select from c.writtenm m where m.k = clinic and m.who = 'x'));
create table c.by_number (id int primary key, clinic int); alter table c.by_number enable row level security;
create policy p on c.by_number using (true);
create table c.by_uuid (id int primary key, clinic uuid); alter table c.by_uuid enable row level security;
create policy p on c.by_uuid using (clinic is not null);
create table c.declared (id int primary key, clinic text); alter table c.declared enable row level security;
create function c.same_declared(x text) returns boolean language plpgsql stable as $$ declare v text collate c.ci := x; begin return v = current_setting('app.clinic'); end $$;
create policy p on c.declared using (c.same_declared(clinic));
create table c.by_moment (id int primary key, clinic timestamp); alter table c.by_moment enable row level security;
create policy p on c.by_moment using (clinic::date = '2020-01-01' and clinic <> '2020-01-01'::date);
reset role;

-- @seed
insert into c.pair values ('a');
insert into c.relab values (1,'a'),(2,'A');
insert into c.relab2 values (1,'a'),(2,'A');
insert into c.concat2 values (1,'a'),(2,'A');
insert into c.coal values (1,'a'),(2,'A');
insert into c.casek values (1,'a'),(2,'A');
insert into c.dom values (1,'a'),(2,'A');
insert into c.domset values (1,'a'),(2,'A');
insert into c.dompar values (1,'a'),(2,'A');
insert into c.dompar2 values (1,'a'),(2,'A');
insert into c.domret values (1,'a'),(2,'A');
insert into c.domret2 values (1,'a'),(2,'A');
insert into c.typevar values (1,'a'),(2,'A');
insert into c.rowvar values (1,'a'),(2,'A');
insert into c.compvar values (1,'a'),(2,'A');
insert into c.compvar2 values (1,'a'),(2,'A');
insert into c.frozen values (1,'a'),(2,'A');
insert into c.frozen2 values (1,'a'),(2,'A');
insert into c.frozen3 values (1,'a'),(2,'A');
insert into c.groupedx values (1,'A',2),(2,'a',1);
insert into c.distinct_ofx values (1,'A',2),(2,'a',1);
insert into c.written values (1,'a'),(2,'A');
insert into c.by_number values (1,1);
insert into c.by_uuid values (1,'a0000000-0000-0000-0000-000000000000');
insert into c.declared values (1,'a'),(2,'A');
insert into c.by_moment values (2,'2020-01-01 05:00');

-- check: c.relab SELECT as=A :: select count(*) > 0 from c.relab where clinic collate "C" = 'A'
-- check: c.relab2 SELECT as=A :: select count(*) > 0 from c.relab2 where clinic collate "C" = 'A'
-- check: c.concat2 SELECT as=A :: select count(*) > 0 from c.concat2 where clinic = 'A'
-- check: c.coal SELECT as=A :: select count(*) > 0 from c.coal where clinic = 'A'
-- check: c.casek SELECT as=A :: select count(*) > 0 from c.casek where clinic = 'A'
-- check: c.dom SELECT as=A :: select count(*) > 0 from c.dom where clinic = 'A'
-- check: c.domset SELECT as=A :: select count(*) > 0 from c.domset where clinic = 'A'
-- check: c.dompar SELECT as=A :: select count(*) > 0 from c.dompar where clinic = 'A'
-- check: c.dompar2 SELECT as=A :: select count(*) > 0 from c.dompar2 where clinic = 'A'
-- check: c.domret SELECT as=A :: select count(*) > 0 from c.domret where clinic = 'A'
-- check: c.domret2 SELECT as=A :: select count(*) > 0 from c.domret2 where clinic = 'A'
-- check: c.typevar SELECT as=A :: select count(*) > 0 from c.typevar where clinic = 'A'
-- check: c.rowvar SELECT as=A :: select count(*) > 0 from c.rowvar where clinic = 'A'
-- check: c.compvar SELECT as=A :: select count(*) > 0 from c.compvar where clinic = 'A'
-- check: c.compvar2 SELECT as=A :: select count(*) > 0 from c.compvar2 where clinic = 'A'
-- check: c.frozen SELECT as=A :: select count(*) > 0 from c.frozen where clinic = 'A'
-- check: c.frozen2 SELECT as=A :: select count(*) > 0 from c.frozen2 where clinic = 'A'
-- check: c.frozen3 SELECT as=A :: select count(*) > 0 from c.frozen3 where clinic = 'A'
-- check: c.grouped SELECT as=A :: select clinic = 'A' from c.grouped
-- check: c.distinct_of SELECT as=A :: select bool_or(clinic collate "C" = 'A') from c.distinct_of
-- check: c.written SELECT as=A :: insert into c.writtenm values ('a','x') ;; select count(*) > 0 from c.written where clinic = 'A'
-- check: c.by_number SELECT as=A :: select count(*) > 0 from c.by_number
-- check: c.by_uuid SELECT as=A :: select count(*) > 0 from c.by_uuid
-- check: c.declared SELECT as=A :: select count(*) > 0 from c.declared where clinic = 'A'
-- check: c.by_moment SELECT as=A :: select count(*) > 0 from c.by_moment
