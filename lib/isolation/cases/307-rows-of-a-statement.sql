-- case: 307-rows-of-a-statement
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.people.clinic
-- tenant: c.counts.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.people command=UPDATE verdict=isolated
-- expect: table=c.counts command=INSERT verdict=leaks
-- why: what one trigger finds in its transition table are rows of the session's clinic; the other adds one to their clinic

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.people (id int primary key, clinic int not null, latest int);
create table c.visits (person int not null, clinic int not null, day int not null);
create table c.counts (clinic int not null, rows int not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = nullif(current_setting('app.clinic', true), '')::int);
create function c.note_latest() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$
begin
  update c.people p set latest = f.latest
  from (select n.clinic, n.person, max(n.day) as latest from made n group by n.clinic, n.person) f
  where p.clinic = f.clinic and p.id = f.person;
  return null;
end $$;
create function c.note_count() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$
begin insert into c.counts select n.clinic + 1, count(*) from made n group by n.clinic; return null; end $$;
create trigger note_latest after insert on c.visits referencing new table as made
  for each statement execute function c.note_latest();
create trigger note_count after insert on c.visits referencing new table as made
  for each statement execute function c.note_count();
grant insert on c.visits to desk;
reset role;

-- @seed
insert into c.people values (1, 1, null), (2, 2, null);

-- check: c.visits INSERT as=A :: insert into c.visits values (2, 2, 7) ;; owner> select exists (select from c.visits where clinic = 2)
-- check: c.people UPDATE as=A :: insert into c.visits values (2, 1, 7) ;; owner> select exists (select from c.people where clinic = 2 and latest is not null)
-- check: c.counts INSERT as=A :: insert into c.visits values (2, 1, 7) ;; owner> select exists (select from c.counts where clinic = 2)
