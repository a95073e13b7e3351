-- case: 344-fields-of-the-row
-- threat: dml
-- null-tenant: foreign
-- tenant: c.by_into.clinic
-- tenant: c.by_loop.clinic
-- tenant: c.by_each.clinic
-- tenant: c.stamped.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.by_into command=INSERT verdict=leaks
-- expect: table=c.by_loop command=INSERT verdict=leaks
-- expect: table=c.by_each command=INSERT verdict=leaks
-- expect: table=c.stamped command=INSERT verdict=isolated
-- why: a query, a loop and a list may write a field of the new row after the trigger that looked at it

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.a_look() returns trigger language plpgsql as $$
begin
  if new.clinic is distinct from current_setting('app.clinic', true)::int then raise exception 'not yours'; end if;
  return new;
end $$;
create table c.by_into (id int primary key, clinic int not null, wanted int);
alter table c.by_into enable row level security;
create policy any_row on c.by_into for insert with check (true);
grant insert on c.by_into to desk;
create trigger a_look before insert on c.by_into for each row execute function c.a_look();
create function c.b_by_into() returns trigger language plpgsql as $$
begin
  select new.wanted into new.clinic;
  return new;
end $$;
create trigger b_write before insert on c.by_into for each row execute function c.b_by_into();
create table c.by_loop (id int primary key, clinic int not null, wanted int);
alter table c.by_loop enable row level security;
create policy any_row on c.by_loop for insert with check (true);
grant insert on c.by_loop to desk;
create trigger a_look before insert on c.by_loop for each row execute function c.a_look();
create function c.b_by_loop() returns trigger language plpgsql as $$
begin
  for new.clinic in select new.wanted loop null; end loop;
  return new;
end $$;
create trigger b_write before insert on c.by_loop for each row execute function c.b_by_loop();
create table c.by_each (id int primary key, clinic int not null, wanted int);
alter table c.by_each enable row level security;
create policy any_row on c.by_each for insert with check (true);
grant insert on c.by_each to desk;
create trigger a_look before insert on c.by_each for each row execute function c.a_look();
create function c.b_by_each() returns trigger language plpgsql as $$
begin
  foreach new.clinic in array array[new.wanted] loop null; end loop;
  return new;
end $$;
create trigger b_write before insert on c.by_each for each row execute function c.b_by_each();
create table c.stamped (id int primary key, clinic int not null, wanted int);
alter table c.stamped enable row level security;
create policy any_row on c.stamped for insert with check (true);
grant insert on c.stamped to desk;
create function c.b_stamped() returns trigger language plpgsql as $$
begin
  select current_setting('app.clinic', true)::int into new.clinic;
  return new;
end $$;
create trigger b_write before insert on c.stamped for each row execute function c.b_stamped();
reset role;

-- @seed
set session_replication_role = replica;
insert into c.by_into values (1, 1, null), (2, 2, null);
insert into c.by_loop values (1, 1, null), (2, 2, null);
insert into c.by_each values (1, 1, null), (2, 2, null);
insert into c.stamped values (1, 1, null), (2, 2, null);
reset session_replication_role;

-- check: c.by_into INSERT as=A :: insert into c.by_into values (9, 1, 2) ;; owner> select exists (select from c.by_into where id = 9 and clinic = 2)
-- check: c.by_loop INSERT as=A :: insert into c.by_loop values (9, 1, 2) ;; owner> select exists (select from c.by_loop where id = 9 and clinic = 2)
-- check: c.by_each INSERT as=A :: insert into c.by_each values (9, 1, 2) ;; owner> select exists (select from c.by_each where id = 9 and clinic = 2)
-- check: c.stamped INSERT as=A :: insert into c.stamped values (9, 2, 2) ;; owner> select exists (select from c.stamped where id = 9 and clinic = 2)
