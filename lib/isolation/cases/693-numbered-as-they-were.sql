-- case: 693-numbered-as-they-were
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.chats.clinic
-- tenant: c.forms.clinic
-- tenant: c.tasks.clinic
-- tenant: c.rooms.clinic
-- tenant: c.plans.clinic
-- tenant: c.calls.clinic
-- tenant: c.bills.clinic
-- tenant: c.lists.clinic
-- tenant: c.beds.clinic
-- tenant: c.log.clinic
-- tenant: c.edit_notes()
-- tenant: c.edit_chats()
-- tenant: c.edit_forms()
-- tenant: c.edit_tasks()
-- tenant: c.edit_rooms()
-- tenant: c.edit_plans()
-- tenant: c.edit_calls()
-- tenant: c.edit_bills()
-- tenant: c.edit_lists()
-- tenant: c.edit_beds()
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.edit_notes() command=UPDATE verdict=isolated
-- expect: table=c.edit_notes() command=INSERT verdict=isolated
-- why: each row as it was stands beside the row as it is, whatever its key became
-- expect: table=c.edit_chats() command=UPDATE verdict=isolated
-- expect: table=c.edit_chats() command=INSERT verdict=isolated
-- why: the same from the other side
-- expect: table=c.edit_forms() command=UPDATE verdict=leaks
-- expect: table=c.edit_forms() command=INSERT verdict=leaks
-- why: the function changes a row of anybody, and the log names whose it was
-- expect: table=c.edit_tasks() command=UPDATE verdict=isolated
-- expect: table=c.edit_tasks() command=INSERT verdict=leaks
-- why: a row that became so is not among those that are numbered
-- expect: table=c.edit_rooms() command=UPDATE verdict=isolated
-- expect: table=c.edit_rooms() command=INSERT verdict=leaks
-- why: of a row with nothing to count up to there is none
-- expect: table=c.edit_plans() command=UPDATE verdict=isolated
-- expect: table=c.edit_plans() command=INSERT verdict=leaks
-- why: of two rows one is cut off
-- expect: table=c.edit_calls() command=UPDATE verdict=isolated
-- expect: table=c.edit_calls() command=INSERT verdict=leaks
-- why: the first is joined to none
-- expect: table=c.edit_bills() command=UPDATE verdict=isolated
-- expect: table=c.edit_bills() command=INSERT verdict=leaks
-- why: there is nothing on one side
-- expect: table=c.edit_lists() command=UPDATE verdict=isolated
-- expect: table=c.edit_lists() command=INSERT verdict=leaks
-- why: they are numbered one by one, and the second has none
-- expect: table=c.edit_beds() command=INSERT verdict=leaks
-- why: a row that would move to another partition leaves its own, and is refused there
-- check: c.edit_notes() UPDATE as=A :: select c.edit_notes() ;; owner> select exists (select from c.notes where clinic <> 1 and body in ('!!!', 'x!'))
-- check: c.edit_notes() INSERT as=A :: select c.edit_notes() ;; owner> select exists (select from c.log where clinic <> 1)
-- check: c.edit_chats() UPDATE as=A :: select c.edit_chats() ;; owner> select exists (select from c.chats where clinic <> 1 and body in ('!!!', 'x!'))
-- check: c.edit_chats() INSERT as=A :: select c.edit_chats() ;; owner> select exists (select from c.log where clinic <> 1)
-- check: c.edit_forms() UPDATE as=A :: select c.edit_forms() ;; owner> select exists (select from c.forms where clinic <> 1 and body in ('!!!', 'x!'))
-- check: c.edit_forms() INSERT as=A :: select c.edit_forms() ;; owner> select exists (select from c.log where clinic <> 1)
-- check: c.edit_tasks() UPDATE as=A :: select c.edit_tasks() ;; owner> select exists (select from c.tasks where clinic <> 1 and body in ('!!!', 'x!'))
-- check: c.edit_tasks() INSERT as=A :: select c.edit_tasks() ;; owner> select exists (select from c.log where clinic <> 1)
-- check: c.edit_rooms() UPDATE as=A :: select c.edit_rooms() ;; owner> select exists (select from c.rooms where clinic <> 1 and body in ('!!!', 'x!'))
-- check: c.edit_rooms() INSERT as=A :: select c.edit_rooms() ;; owner> select exists (select from c.log where clinic <> 1)
-- check: c.edit_plans() UPDATE as=A :: select c.edit_plans() ;; owner> select exists (select from c.plans where clinic <> 1 and body in ('!!!', 'x!'))
-- check: c.edit_plans() INSERT as=A :: select c.edit_plans() ;; owner> select exists (select from c.log where clinic <> 1)
-- check: c.edit_calls() UPDATE as=A :: select c.edit_calls() ;; owner> select exists (select from c.calls where clinic <> 1 and body in ('!!!', 'x!'))
-- check: c.edit_calls() INSERT as=A :: select c.edit_calls() ;; owner> select exists (select from c.log where clinic <> 1)
-- check: c.edit_bills() UPDATE as=A :: select c.edit_bills() ;; owner> select exists (select from c.bills where clinic <> 1 and body in ('!!!', 'x!'))
-- check: c.edit_bills() INSERT as=A :: select c.edit_bills() ;; owner> select exists (select from c.log where clinic <> 1)
-- check: c.edit_lists() UPDATE as=A :: select c.edit_lists() ;; owner> select exists (select from c.lists where clinic <> 1 and body in ('!!!', 'x!'))
-- check: c.edit_lists() INSERT as=A :: select c.edit_lists() ;; owner> select exists (select from c.log where clinic <> 1)
-- check: c.edit_beds() INSERT as=A :: select c.edit_beds() ;; owner> select exists (select from c.log where clinic <> 1)

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.clinic() returns int language sql stable as $$ select current_setting('app.clinic', true)::int $$;
create table c.log (clinic int not null, body text);
create table c.notes (id int, clinic int not null, sent_from int not null, size int not null, body text not null);
create function c.log_notes() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
  insert into c.log select coalesce(now.clinic, was.sent_from), was.body from (select row_number() over () as place, * from old_rows) as was full join (select row_number() over () as place, * from new_rows) as now on now.place = was.place;
  return null;
end $$;
create trigger log_notes after update on c.notes referencing old table as old_rows new table as new_rows for each statement execute function c.log_notes();
create function c.edit_notes() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$ update c.notes set body = body || '!', id = id + 1 where clinic = c.clinic() $$;
revoke all on function c.edit_notes() from public; grant execute on function c.edit_notes() to desk;
create table c.chats (id int, clinic int not null, sent_from int not null, size int not null, body text not null);
create function c.log_chats() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
  insert into c.log select coalesce(now.clinic, was.sent_from), was.body from (select row_number() over () as place, * from new_rows) as now left join (select row_number() over () as place, * from old_rows) as was on was.place = now.place;
  return null;
end $$;
create trigger log_chats after update on c.chats referencing old table as old_rows new table as new_rows for each statement execute function c.log_chats();
create function c.edit_chats() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$ update c.chats set body = body || '!', id = id + 1 where clinic = c.clinic() $$;
revoke all on function c.edit_chats() from public; grant execute on function c.edit_chats() to desk;
create table c.forms (id int, clinic int not null, sent_from int not null, size int not null, body text not null);
create function c.log_forms() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
  insert into c.log select coalesce(now.clinic, was.sent_from), was.body from (select row_number() over () as place, * from old_rows) as was full join (select row_number() over () as place, * from new_rows) as now on now.place = was.place;
  return null;
end $$;
create trigger log_forms after update on c.forms referencing old table as old_rows new table as new_rows for each statement execute function c.log_forms();
create function c.edit_forms() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$ update c.forms set body = body || '!', id = id + 1 where true $$;
revoke all on function c.edit_forms() from public; grant execute on function c.edit_forms() to desk;
create table c.tasks (id int, clinic int not null, sent_from int not null, size int not null, body text not null);
create function c.log_tasks() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
  insert into c.log select coalesce(now.clinic, was.sent_from), was.body from (select row_number() over () as place, * from old_rows) as was full join (select row_number() over () as place, * from new_rows where body <> '!!!') as now on now.place = was.place;
  return null;
end $$;
create trigger log_tasks after update on c.tasks referencing old table as old_rows new table as new_rows for each statement execute function c.log_tasks();
create function c.edit_tasks() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$ update c.tasks set body = body || '!', id = id + 1 where clinic = c.clinic() $$;
revoke all on function c.edit_tasks() from public; grant execute on function c.edit_tasks() to desk;
create table c.rooms (id int, clinic int not null, sent_from int not null, size int not null, body text not null);
create function c.log_rooms() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
  insert into c.log select coalesce(now.clinic, was.sent_from), was.body from (select row_number() over () as place, * from old_rows) as was full join (select row_number() over () as place, *, generate_series(1, size) from new_rows) as now on now.place = was.place;
  return null;
end $$;
create trigger log_rooms after update on c.rooms referencing old table as old_rows new table as new_rows for each statement execute function c.log_rooms();
create function c.edit_rooms() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$ update c.rooms set body = body || '!', id = id + 1 where clinic = c.clinic() $$;
revoke all on function c.edit_rooms() from public; grant execute on function c.edit_rooms() to desk;
create table c.plans (id int, clinic int not null, sent_from int not null, size int not null, body text not null);
create function c.log_plans() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
  insert into c.log select coalesce(now.clinic, was.sent_from), was.body from (select row_number() over () as place, * from old_rows) as was full join (select row_number() over () as place, * from new_rows limit 1) as now on now.place = was.place;
  return null;
end $$;
create trigger log_plans after update on c.plans referencing old table as old_rows new table as new_rows for each statement execute function c.log_plans();
create function c.edit_plans() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$ update c.plans set body = body || '!', id = id + 1 where clinic = c.clinic() $$;
revoke all on function c.edit_plans() from public; grant execute on function c.edit_plans() to desk;
create table c.calls (id int, clinic int not null, sent_from int not null, size int not null, body text not null);
create function c.log_calls() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
  insert into c.log select coalesce(now.clinic, was.sent_from), was.body from (select row_number() over () as place, * from old_rows) as was full join (select row_number() over () as place, * from new_rows) as now on now.place = was.place + 1;
  return null;
end $$;
create trigger log_calls after update on c.calls referencing old table as old_rows new table as new_rows for each statement execute function c.log_calls();
create function c.edit_calls() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$ update c.calls set body = body || '!', id = id + 1 where clinic = c.clinic() $$;
revoke all on function c.edit_calls() from public; grant execute on function c.edit_calls() to desk;
create table c.bills (id int, clinic int not null, sent_from int not null, size int not null, body text not null);
create function c.log_bills() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
  insert into c.log select coalesce(now.clinic, was.sent_from), was.body from (select row_number() over () as place, * from old_rows) as was full join (select row_number() over () as place, * from old_rows where false) as now on now.place = was.place;
  return null;
end $$;
create trigger log_bills after update on c.bills referencing old table as old_rows new table as new_rows for each statement execute function c.log_bills();
create function c.edit_bills() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$ update c.bills set body = body || '!', id = id + 1 where clinic = c.clinic() $$;
revoke all on function c.edit_bills() from public; grant execute on function c.edit_bills() to desk;
create table c.lists (id int, clinic int not null, sent_from int not null, size int not null, body text not null);
create function c.log_lists() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
  insert into c.log select coalesce(now.clinic, was.sent_from), was.body from (select row_number() over () as place, * from old_rows) as was left join (select row_number() over (partition by body) as place, * from new_rows) as now on now.place = was.place and now.place < 2;
  return null;
end $$;
create trigger log_lists after update on c.lists referencing old table as old_rows new table as new_rows for each statement execute function c.log_lists();
create function c.edit_lists() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$ update c.lists set body = body || '!', id = id + 1 where clinic = c.clinic() $$;
revoke all on function c.edit_lists() from public; grant execute on function c.edit_lists() to desk;
create table c.beds (id int, clinic int not null, sent_from int not null, size int not null, body text not null) partition by range (id);
create function c.log_beds() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
  insert into c.log select coalesce(now.clinic, was.sent_from), was.body from (select row_number() over () as place, * from old_rows) as was full join (select row_number() over () as place, * from new_rows) as now on now.place = was.place;
  return null;
end $$;
create trigger log_beds after update on c.beds referencing old table as old_rows new table as new_rows for each statement execute function c.log_beds();
create function c.edit_beds() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$ update c.beds set body = body || '!', id = id + 1 where clinic = c.clinic() $$;
revoke all on function c.edit_beds() from public; grant execute on function c.edit_beds() to desk;
create table c.beds_low partition of c.beds for values from (0) to (10);
create table c.beds_high partition of c.beds for values from (10) to (100);
create function c.refuse() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger refuse before insert on c.beds_high for each row when (new.size = 0) execute function c.refuse();
reset role;

-- @seed
insert into c.notes values (1, 1, 2, 0, '!!'), (9, 1, 2, 0, '!!'), (3, 2, 1, 0, '!!'), (4, 2, 1, 1, 'x');
insert into c.chats values (1, 1, 2, 0, '!!'), (9, 1, 2, 0, '!!'), (3, 2, 1, 0, '!!'), (4, 2, 1, 1, 'x');
insert into c.forms values (1, 1, 2, 0, '!!'), (9, 1, 2, 0, '!!'), (3, 2, 1, 0, '!!'), (4, 2, 1, 1, 'x');
insert into c.tasks values (1, 1, 2, 0, '!!'), (9, 1, 2, 0, '!!'), (3, 2, 1, 0, '!!'), (4, 2, 1, 1, 'x');
insert into c.rooms values (1, 1, 2, 0, '!!'), (9, 1, 2, 0, '!!'), (3, 2, 1, 0, '!!'), (4, 2, 1, 1, 'x');
insert into c.plans values (1, 1, 2, 0, '!!'), (9, 1, 2, 0, '!!'), (3, 2, 1, 0, '!!'), (4, 2, 1, 1, 'x');
insert into c.calls values (1, 1, 2, 0, '!!'), (9, 1, 2, 0, '!!'), (3, 2, 1, 0, '!!'), (4, 2, 1, 1, 'x');
insert into c.bills values (1, 1, 2, 0, '!!'), (9, 1, 2, 0, '!!'), (3, 2, 1, 0, '!!'), (4, 2, 1, 1, 'x');
insert into c.lists values (1, 1, 2, 0, '!!'), (9, 1, 2, 0, '!!'), (3, 2, 1, 0, '!!'), (4, 2, 1, 1, 'x');
insert into c.beds values (1, 1, 2, 0, '!!'), (9, 1, 2, 0, '!!'), (3, 2, 1, 0, '!!'), (4, 2, 1, 1, 'x');
