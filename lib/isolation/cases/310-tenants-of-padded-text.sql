-- case: 310-tenants-of-padded-text
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.unit
-- tenant: c.labels.unit
-- tenant: c.texts.unit
-- principal: name=A tenant=ab role=desk settings={"app.unit":"ab"}
-- principal: name=B tenant=cd role=desk settings={"app.unit":"cd"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.visits command=UPDATE verdict=isolated
-- expect: table=c.visits command=DELETE verdict=isolated
-- expect: table=c.labels command=SELECT verdict=leaks
-- expect: table=c.texts command=SELECT verdict=isolated
-- why: char(n) is padded with blanks that do not count when it is compared, nor when it becomes a text

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, unit char(4) not null, note text);
create table c.labels (id int primary key, unit char(4) not null, note text);
create table c.texts (id int primary key, unit char(4) not null, note text);
alter table c.visits enable row level security;
alter table c.labels enable row level security;
alter table c.texts enable row level security;
create policy own on c.visits using (unit = current_setting('app.unit')::char(4));
create policy own on c.labels using (unit = left(current_setting('app.unit'), 1)::char(4) or unit like 'c%');
create policy own on c.texts using (unit::text = current_setting('app.unit'));
grant select, insert, update, delete on c.visits to desk;
grant select on c.labels, c.texts to desk;
reset role;

-- @seed
insert into c.visits values (1, 'ab', 'ada'), (2, 'cd', 'bob');
insert into c.labels values (1, 'ab', 'ada'), (2, 'cd', 'bob');
insert into c.texts values (1, 'ab', 'ada'), (2, 'cd', 'bob');

-- check: c.visits SELECT as=A :: select exists (select from c.visits where unit <> 'ab')
-- check: c.visits INSERT as=A :: insert into c.visits values (91, 'cd', 'x') ;; owner> select exists (select from c.visits where id = 91)
-- check: c.visits UPDATE as=A :: update c.visits set note = 'zz' ;; owner> select exists (select from c.visits where unit <> 'ab' and note = 'zz')
-- check: c.visits DELETE as=A :: delete from c.visits ;; owner> select not exists (select from c.visits where unit = 'cd')
-- check: c.labels SELECT as=A :: select exists (select from c.labels where unit <> 'ab')
-- check: c.texts SELECT as=A :: select exists (select from c.texts where unit <> 'ab')
