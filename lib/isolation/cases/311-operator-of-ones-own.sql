-- case: 311-operator-of-ones-own
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- tenant: c.labels.clinic
-- tenant: c.units.clinic
-- tenant: c.drafts.clinic
-- tenant: c.lists.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.visits command=DELETE verdict=isolated
-- expect: table=c.notes command=SELECT verdict=leaks
-- expect: table=c.labels command=SELECT verdict=isolated
-- expect: table=c.units command=SELECT verdict=leaks
-- expect: table=c.drafts command=SELECT verdict=leaks
-- expect: table=c.lists command=SELECT verdict=leaks
-- why: an operator is what its function does, whatever it looks like, and a cast is too

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.same(a int, b int) returns boolean language sql immutable as $$ select a = b $$;
create function c.yes(a int, b int) returns boolean language sql immutable as $$ select true $$;
create function c.mine(a int) returns boolean language sql stable as $$ select a = current_setting('app.clinic')::int $$;
create operator c.=== (leftarg = int, rightarg = int, function = c.same, commutator = operator(c.===));
create operator c.==== (leftarg = int, rightarg = int, function = c.yes);
create operator c.@@ (rightarg = int, function = c.mine);
create type c.label as (n int);
create function c.to_label(n int) returns c.label language sql immutable as $$ select row(n)::c.label $$;
create function c.from_label(l c.label) returns int language sql immutable as $$ select 2 $$;
create cast (c.label as int) with function c.from_label(c.label);
create table c.drafts (id int primary key, clinic int not null);
create table c.lists (id int primary key, clinic int not null);
create table c.visits (id int primary key, clinic int not null);
create table c.notes (id int primary key, clinic int not null);
create table c.labels (id int primary key, clinic int not null);
create table c.units (id int primary key, clinic int not null);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
alter table c.labels enable row level security;
alter table c.units enable row level security;
create policy own on c.visits using (clinic operator(c.===) current_setting('app.clinic')::int);
create policy own on c.notes using (clinic operator(c.====) current_setting('app.clinic')::int);
create policy own on c.labels using (operator(c.@@) clinic);
create policy own on c.units using (clinic = (c.to_label(current_setting('app.clinic')::int))::int);
alter table c.drafts enable row level security;
alter table c.lists enable row level security;
create policy own on c.drafts using (clinic operator(c.====) nullif(current_setting('app.none', true), '')::int);
create policy own on c.lists using (clinic operator(c.====) any (array[current_setting('app.clinic')::int]));
grant select, insert, delete on c.visits to desk;
grant select on c.notes, c.labels, c.units, c.drafts, c.lists to desk;
reset role;

-- @seed
insert into c.visits values (1, 1), (2, 2);
insert into c.notes values (1, 1), (2, 2);
insert into c.labels values (1, 1), (2, 2);
insert into c.units values (1, 1), (2, 2);
insert into c.drafts values (1, 1), (2, 2);
insert into c.lists values (1, 1), (2, 2);

-- check: c.visits SELECT as=A :: select exists (select from c.visits where clinic <> 1)
-- check: c.visits INSERT as=A :: insert into c.visits values (91, 2) ;; owner> select exists (select from c.visits where id = 91)
-- check: c.visits DELETE as=A :: delete from c.visits ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.drafts SELECT as=A :: select exists (select from c.drafts where clinic <> 1)
-- check: c.lists SELECT as=A :: select exists (select from c.lists where clinic <> 1)
-- check: c.notes SELECT as=A :: select exists (select from c.notes where clinic <> 1)
-- check: c.labels SELECT as=A :: select exists (select from c.labels where clinic <> 1)
-- check: c.units SELECT as=A :: select exists (select from c.units where clinic <> 1)
