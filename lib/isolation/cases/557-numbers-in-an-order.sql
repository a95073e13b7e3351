-- case: 557-numbers-in-an-order
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- tenant: c.rooms.clinic
-- tenant: c.beds.clinic
-- tenant: c.papers.clinic
-- tenant: c.letters.clinic
-- principal: name=A tenant=7 role=desk settings={"app.clinic":"7"}
-- principal: name=B tenant=8 role=desk settings={"app.clinic":"8"}
-- principal: name=C tenant=2147483647 role=desk settings={"app.clinic":"2147483647"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.visits command=UPDATE verdict=isolated
-- expect: table=c.notes command=SELECT verdict=isolated
-- expect: table=c.rooms command=SELECT verdict=isolated
-- expect: table=c.beds command=SELECT verdict=leaks
-- expect: table=c.papers command=SELECT verdict=leaks
-- expect: table=c.papers command=INSERT verdict=isolated
-- expect: table=c.letters command=SELECT verdict=leaks
-- why: between two numbers that follow each other lies nothing; a sum tells its parts

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, part numeric not null default 0);
create table c.notes (like c.visits including all);
create table c.rooms (like c.visits including all);
create table c.beds (like c.visits including all);
create table c.papers (like c.visits including all);
create table c.letters (id int primary key, clinic numeric not null, part numeric not null default 0);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
alter table c.rooms enable row level security;
alter table c.beds enable row level security;
alter table c.papers enable row level security;
alter table c.letters enable row level security;
create policy own on c.visits using (clinic >= current_setting('app.clinic')::int and clinic::bigint < current_setting('app.clinic')::bigint + 1 and clinic < current_setting('app.clinic')::bigint + 1);
create policy own on c.notes using (clinic - 1 = current_setting('app.clinic')::int - 1);
create policy own on c.rooms using (10 - clinic > 10 - (current_setting('app.clinic')::int + 1::bigint) and 10 - clinic between 10 - current_setting('app.clinic')::int and 10 - current_setting('app.clinic')::int);
create policy own on c.beds using (clinic between current_setting('app.clinic')::int and current_setting('app.clinic')::bigint + 1);
create policy reads on c.papers for select using (clinic <= current_setting('app.clinic')::int);
create policy makes on c.papers for insert with check (clinic > current_setting('app.clinic')::int - 1 and not clinic > current_setting('app.clinic')::int);
create policy own on c.letters using (clinic > current_setting('app.clinic')::numeric - 1 and clinic < current_setting('app.clinic')::numeric + 1);
grant select, insert, update on c.visits to desk;
grant select, insert on c.papers to desk;
grant select on c.notes, c.rooms, c.beds, c.letters to desk;
reset role;

-- @seed
insert into c.visits values (1, 7), (2, 8), (3, 9), (4, -2147483648);
insert into c.notes table c.visits;
insert into c.rooms table c.visits;
insert into c.beds table c.visits;
insert into c.papers table c.visits;
insert into c.letters select id, clinic + 0.5 from c.visits;

-- check: c.visits SELECT as=A :: select exists (select from c.visits where clinic <> 7)
-- check: c.visits SELECT as=C :: select exists (select from c.visits where clinic <> 2147483647)
-- check: c.visits INSERT as=A :: insert into c.visits values (9, 8) ;; owner> select exists (select from c.visits where id = 9)
-- check: c.visits UPDATE as=A :: update c.visits set clinic = 8 ;; owner> select exists (select from c.visits where id = 1 and clinic = 8)
-- check: c.notes SELECT as=A :: select exists (select from c.notes where clinic <> 7 and id < 4)
-- check: c.rooms SELECT as=A :: select exists (select from c.rooms where clinic <> 7 and id < 4)
-- check: c.beds SELECT as=A :: select exists (select from c.beds where clinic <> 7)
-- check: c.papers SELECT as=B :: select exists (select from c.papers where clinic <> 8)
-- check: c.papers INSERT as=A :: insert into c.papers values (9, 8) ;; owner> select exists (select from c.papers where id = 9)
-- check: c.letters SELECT as=A :: select exists (select from c.letters where clinic <> 7)
