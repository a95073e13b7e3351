-- case: 600-emptied-along
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.older.clinic
-- tenant: c.logs.clinic
-- tenant: c.redo()
-- tenant: c.archive()
-- tenant: c.unmark()
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- expect: table=c.redo() command=DELETE verdict=leaks
-- expect: table=c.archive() command=DELETE verdict=leaks
-- expect: table=c.unmark() command=DELETE verdict=leaks
-- expect: table=c.notes command=DELETE verdict=leaks
-- why: TRUNCATE with CASCADE empties what points to a table, without it what inherits from it, and sets off triggers of its own

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.areas (id int primary key);
create table c.rooms (id int primary key, area int references c.areas);
create table c.notes (id int primary key, clinic int not null, room int references c.rooms);
alter table c.notes enable row level security;
grant delete on c.notes to desk;
create table c.old (id int, clinic int);
create table c.older () inherits (c.old);
create table c.logs (id int, clinic int);
create table c.marks (id int);
create table c.inbox (id int);
grant insert on c.inbox to desk;
create function c.on_marks() returns trigger language plpgsql security definer as $$ begin delete from c.logs; return null; end $$;
create trigger told after truncate on c.marks execute function c.on_marks();
create function c.redo() returns void language sql security definer as $$ truncate c.areas cascade $$;
create function c.archive() returns void language sql security definer as $$ truncate c.old $$;
create function c.unmark() returns void language sql security definer as $$ truncate c.marks $$;
create function c.on_inbox() returns trigger language plpgsql security definer as $$ begin truncate c.areas cascade; return null; end $$;
create trigger told after insert on c.inbox for each row execute function c.on_inbox();

reset role;

-- @seed
insert into c.notes values (1, 1), (2, 2); insert into c.older values (2, 2); insert into c.logs values (2, 2);

-- check: c.redo() DELETE as=A :: select c.redo() ;; owner> select count(*) = 0 from c.notes
-- check: c.archive() DELETE as=A :: select c.archive() ;; owner> select count(*) = 0 from c.older
-- check: c.unmark() DELETE as=A :: select c.unmark() ;; owner> select count(*) = 0 from c.logs
-- check: c.notes DELETE as=A :: insert into c.inbox values (1) ;; owner> select count(*) = 0 from c.notes
