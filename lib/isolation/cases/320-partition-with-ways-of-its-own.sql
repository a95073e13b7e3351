-- case: 320-partition-with-ways-of-its-own
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- tenant: c.tags.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=INSERT verdict=leaks
-- expect: table=c.notes command=INSERT verdict=leaks
-- expect: table=c.tags command=SELECT verdict=leaks
-- why: a partition may have a trigger more, or one of its table's switched off, or compute a column in a way of its own

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.stamp() returns trigger language plpgsql as $$
begin new.clinic := current_setting('app.clinic')::int; return new; end $$;
create function c.wish() returns trigger language plpgsql as $$
begin new.clinic := coalesce(new.wanted, new.clinic); return new; end $$;
create table c.visits (id int not null, clinic int not null, wanted int) partition by range (id);
create table c.visits_1 partition of c.visits for values from (0) to (1000);
create table c.notes (id int not null, clinic int not null, wanted int) partition by range (id);
create table c.notes_1 partition of c.notes for values from (0) to (1000);
create trigger stamp before insert on c.visits for each row execute function c.stamp();
create trigger stamp before insert on c.notes for each row execute function c.stamp();
create trigger wish before insert on c.visits_1 for each row execute function c.wish();
alter table c.notes_1 disable trigger stamp;
create table c.tags (id int, clinic int not null, whose int generated always as (clinic) stored);
create table c.old_tags (id int, clinic int not null, whose int generated always as (1) stored) inherits (c.tags);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
alter table c.tags enable row level security;
create policy any_row on c.visits for insert with check (true);
create policy any_row on c.notes for insert with check (true);
create policy own on c.tags for select using (whose = current_setting('app.clinic')::int);
grant insert on c.visits, c.notes to desk;
grant select on c.tags to desk;
reset role;

-- @seed
insert into c.tags (id, clinic) values (1, 1), (2, 2);
insert into c.old_tags (id, clinic) values (3, 2);

-- check: c.visits INSERT as=A :: insert into c.visits values (91, 2, 2) ;; owner> select exists (select from c.visits where id = 91 and clinic = 2)
-- check: c.notes INSERT as=A :: insert into c.notes values (91, 2, 2) ;; owner> select exists (select from c.notes where id = 91 and clinic = 2)
-- check: c.tags SELECT as=A :: select exists (select from c.tags where clinic <> 1)
