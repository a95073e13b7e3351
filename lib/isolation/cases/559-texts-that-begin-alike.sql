-- case: 559-texts-that-begin-alike
-- threat: dml
-- null-tenant: foreign
-- tenant: c.escaped.clinic
-- tenant: c.open.clinic
-- tenant: c.matched.clinic
-- tenant: c.repeated.clinic
-- tenant: c.begun.clinic
-- tenant: c.measured.clinic
-- principal: name=A tenant=a_1 role=desk settings={"app.clinic":"a_1"}
-- principal: name=B tenant=ab1 role=desk settings={"app.clinic":"ab1"}
-- expect: table=c.escaped command=SELECT verdict=isolated
-- expect: table=c.escaped command=INSERT verdict=isolated
-- expect: table=c.open command=SELECT verdict=leaks
-- expect: table=c.matched command=SELECT verdict=isolated
-- expect: table=c.repeated command=SELECT verdict=leaks
-- expect: table=c.begun command=SELECT verdict=isolated
-- expect: table=c.measured command=SELECT verdict=isolated
-- why: what a pattern begins with is fixed up to its first wildcard, and an escaped one is none

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.escaped (id int primary key, clinic text not null, path text not null, check (split_part(path, '/', 1) = clinic));
create table c.open (like c.escaped including all);
create table c.matched (like c.escaped including all);
create table c.repeated (like c.escaped including all);
create table c.begun (like c.escaped including all);
create table c.measured (like c.escaped including all);
alter table c.escaped enable row level security;
alter table c.open enable row level security;
alter table c.matched enable row level security;
alter table c.repeated enable row level security;
alter table c.begun enable row level security;
alter table c.measured enable row level security;
create policy own on c.escaped using (path like replace(current_setting('app.clinic'), '_', '\_') || '/%');
create policy own on c.open using (path like current_setting('app.clinic') || '/%');
create policy own on c.matched using (path ~ ('^' || current_setting('app.clinic') || '/[a-z]+'));
create policy own on c.repeated using (path ~ ('^' || current_setting('app.clinic') || '*/'));
create policy own on c.begun using (starts_with(path, current_setting('app.clinic') || '/') and path ^@ (current_setting('app.clinic') || '/'));
create policy own on c.measured using (starts_with(clinic, current_setting('app.clinic')) and length(clinic) = length(current_setting('app.clinic')));
grant select, insert on c.escaped to desk;
grant select on c.open, c.matched, c.repeated, c.begun, c.measured to desk;
reset role;

-- @seed
insert into c.escaped values (1, 'a_1', 'a_1/x'), (2, 'ab1', 'ab1/x'), (3, 'ab', 'ab/x'), (4, 'ab11', 'ab11/x');
insert into c.open table c.escaped;
insert into c.matched table c.escaped;
insert into c.repeated table c.escaped;
insert into c.begun table c.escaped;
insert into c.measured table c.escaped;

-- check: c.escaped SELECT as=A :: select exists (select from c.escaped where clinic <> 'a_1')
-- check: c.escaped INSERT as=A :: insert into c.escaped values (9, 'ab1', 'ab1/y') ;; owner> select exists (select from c.escaped where id = 9)
-- check: c.open SELECT as=A :: select exists (select from c.open where clinic <> 'a_1')
-- check: c.matched SELECT as=B :: select exists (select from c.matched where clinic <> 'ab1')
-- check: c.repeated SELECT as=B :: select exists (select from c.repeated where clinic <> 'ab1')
-- check: c.begun SELECT as=A :: select exists (select from c.begun where clinic <> 'a_1')
-- check: c.measured SELECT as=B :: select exists (select from c.measured where clinic <> 'ab1')
