-- case: 556-patterns-that-few-texts-match
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- tenant: c.rooms.clinic
-- tenant: c.beds.clinic
-- tenant: c.papers.clinic
-- tenant: c.letters.clinic
-- principal: name=A tenant=a1 role=desk settings={"app.clinic":"a1"}
-- principal: name=B tenant=a1.x role=desk settings={"app.clinic":"a1.x"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=UPDATE verdict=isolated
-- expect: table=c.notes command=SELECT verdict=isolated
-- expect: table=c.rooms command=SELECT verdict=leaks
-- expect: table=c.beds command=SELECT verdict=leaks
-- expect: table=c.papers command=SELECT verdict=leaks
-- expect: table=c.letters command=SELECT verdict=isolated
-- why: a pattern without wildcards is one text; one that is open at an end, or has a dot in it, is more

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic text not null, note text);
create table c.notes (like c.visits including all);
create table c.rooms (like c.visits including all);
create table c.beds (like c.visits including all);
create table c.papers (like c.visits including all);
create table c.letters (like c.visits including all);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
alter table c.rooms enable row level security;
alter table c.beds enable row level security;
alter table c.papers enable row level security;
alter table c.letters enable row level security;
create policy own on c.visits using (clinic ~ ('^' || replace(current_setting('app.clinic'), '.', '\.') || '$'));
create policy own on c.notes using (clinic ~ ('^(?:' || replace(current_setting('app.clinic'), '.', '\.') || '|nobody)$') and clinic <> 'nobody');
create policy own on c.rooms using (clinic ~ ('^' || current_setting('app.clinic') || '|x$'));
create policy own on c.beds using (clinic ~ ('^' || current_setting('app.clinic') || '$'));
create policy own on c.papers using (clinic ~ ('^' || current_setting('app.clinic')));
create policy own on c.letters using (clinic like current_setting('app.clinic'));
grant select, update on c.visits to desk;
grant select on c.notes, c.rooms, c.beds, c.papers, c.letters to desk;
reset role;

-- @seed
insert into c.visits values (1, 'a1', 'a'), (2, 'a1.x', 'b'), (3, 'a1_x', 'c');
insert into c.notes table c.visits;
insert into c.rooms table c.visits;
insert into c.beds table c.visits;
insert into c.papers table c.visits;
insert into c.letters table c.visits;

-- check: c.visits SELECT as=A :: select exists (select from c.visits where clinic <> 'a1')
-- check: c.visits SELECT as=B :: select exists (select from c.visits where clinic <> 'a1.x')
-- check: c.visits UPDATE as=A :: update c.visits set clinic = 'a1.x' ;; owner> select count(*) > 1 from c.visits where clinic = 'a1.x'
-- check: c.notes SELECT as=B :: select exists (select from c.notes where clinic <> 'a1.x')
-- check: c.rooms SELECT as=A :: select exists (select from c.rooms where clinic <> 'a1')
-- check: c.beds SELECT as=B :: select exists (select from c.beds where clinic <> 'a1.x')
-- check: c.papers SELECT as=A :: select exists (select from c.papers where clinic <> 'a1')
-- check: c.letters SELECT as=A :: select exists (select from c.letters where clinic <> 'a1')
