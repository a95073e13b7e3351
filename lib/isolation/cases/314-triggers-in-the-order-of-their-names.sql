-- case: 314-triggers-in-the-order-of-their-names
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.notes command=INSERT verdict=leaks
-- why: of two triggers the last by name has the last word

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int, wanted int);
create table c.notes (id int primary key, clinic int, wanted int);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
create policy any_row on c.visits for insert with check (true);
create policy any_row on c.notes for insert with check (true);
create function c.wish() returns trigger language plpgsql as $$
begin new.clinic := coalesce(new.wanted, new.clinic); return new; end $$;
create function c.stamp() returns trigger language plpgsql as $$
begin new.clinic := current_setting('app.clinic')::int; return new; end $$;
create trigger a_wish before insert on c.visits for each row execute function c.wish();
create trigger b_stamp before insert on c.visits for each row execute function c.stamp();
create trigger a_stamp before insert on c.notes for each row execute function c.stamp();
create trigger b_wish before insert on c.notes for each row execute function c.wish();
grant insert on c.visits, c.notes to desk;
reset role;

-- @seed
alter table c.visits disable trigger user;
alter table c.notes disable trigger user;
insert into c.visits values (1, 1), (2, 2);
insert into c.notes values (1, 1), (2, 2);
alter table c.visits enable trigger user;
alter table c.notes enable trigger user;

-- check: c.visits INSERT as=A :: insert into c.visits values (91, 2, 2) ;; owner> select exists (select from c.visits where id = 91 and clinic = 2)
-- check: c.notes INSERT as=A :: insert into c.notes values (91, 2, 2) ;; owner> select exists (select from c.notes where id = 91 and clinic = 2)
