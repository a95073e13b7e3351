-- case: 694-views-that-ask-the-members
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.calls.clinic
-- tenant: c.bills.clinic
-- tenant: c.my_notes.clinic
-- membership: c.members user=usr tenant=clinic session="current_setting('app.user')::int"
-- principal: name=A tenant=1 role=desk settings={"app.user":"10","app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.user":"20","app.clinic":"2"}
-- expect: table=c.notes command=SELECT verdict=isolated
-- why: views that ask the members write notes, which are no members, though they have a user and a clinic too
-- expect: table=c.notes command=UPDATE verdict=isolated
-- expect: table=c.my_notes command=SELECT verdict=isolated
-- expect: table=c.calls command=SELECT verdict=leaks
-- why: the crew is written through a view that asks for any clinic of the session's, and keeps to none
-- expect: table=c.bills command=SELECT verdict=isolated
-- why: whatever the crew holds, the clinic is that of the request
-- check: c.notes SELECT as=A :: select exists (select from c.notes where clinic = 2)
-- check: c.notes UPDATE as=A :: update c.notes set body = 'zz' ;; owner> select exists (select from c.notes where clinic = 2 and body = 'zz')
-- check: c.my_notes SELECT as=A :: select exists (select from c.my_notes where clinic = 2)
-- check: c.calls SELECT as=A :: update c.crew_a set clinic = 2 ;; select exists (select from c.calls where clinic = 2)
-- check: c.bills SELECT as=A :: update c.crew_a set clinic = 2 ;; select exists (select from c.bills where clinic = 2)

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.members (usr int not null, clinic int not null, primary key (usr, clinic));
create table c.crew (usr int not null, clinic int not null, role text not null);
create table c.notes (id int primary key, usr int not null, clinic int not null, body text);
create table c.calls (id int primary key, clinic int not null);
create table c.bills (id int primary key, clinic int not null);
insert into c.members values (10, 1), (20, 2);
insert into c.crew values (10, 1, 'lead'), (20, 2, 'lead');
insert into c.notes values (1, 10, 1, 'a'), (2, 20, 2, 'b');
insert into c.calls values (1, 1), (2, 2);
insert into c.bills values (1, 1), (2, 2);
alter table c.notes enable row level security;
alter table c.notes force row level security;
alter table c.calls enable row level security;
alter table c.bills enable row level security;
create policy mine on c.notes using (exists (
  select from c.members m where m.usr = current_setting('app.user')::int and m.clinic = notes.clinic));
create policy mine on c.calls using (exists (
  select from c.crew m where m.usr = current_setting('app.user')::int and m.clinic = calls.clinic));
create policy mine on c.bills using (clinic = current_setting('app.clinic')::int and exists (
  select from c.crew m where m.usr = current_setting('app.user')::int and m.clinic = bills.clinic));
grant select on c.members to desk;
grant select on c.crew to desk;
grant select, update on c.notes to desk;
grant select on c.calls, c.bills to desk;
create view c.my_notes with (check_option = cascaded) as
  select id, usr, clinic, body from c.notes where exists (
    select from c.members m where m.usr = current_setting('app.user')::int and m.clinic = notes.clinic);
create view c.crew_a as select usr, clinic, role from c.crew where usr = current_setting('app.user')::int
  and exists (select from (select distinct on (m.usr) m.usr, m.clinic from c.crew m order by m.usr, m.role) d
    where d.usr = current_setting('app.user')::int and d.clinic = crew.clinic);
create view c.crew_b as select usr, clinic, role from c.crew_a where exists (
  select from (select distinct on (m.clinic) m.usr, m.clinic from c.crew m order by m.clinic, m.role) d
    where d.usr = crew_a.usr and d.clinic = crew_a.clinic);
create view c.crew_c as select usr, clinic, role from c.crew_b where role <> 'guest' and exists (
  select from (select distinct on (m.role) m.usr, m.role from c.crew m order by m.role, m.usr) d
    where d.role = crew_b.role);
grant select, insert, update on c.my_notes, c.crew_a, c.crew_b, c.crew_c to desk;
reset role;
