-- case: 306-doubt-behind-a-trigger
-- threat: dml
-- null-tenant: foreign
-- tenant: c.mirror.clinic
-- tenant: c.log.clinic
-- tenant: c.notes.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.mirror command=INSERT verdict=leaks
-- expect: table=c.log command=INSERT verdict=leaks
-- expect: table=c.notes command=INSERT verdict=leaks
-- why: each trigger hands on the clinic of its row, and the first row of all may be any clinic's

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id int primary key, clinic int not null);
create table c.log (note int not null, clinic int not null);
create table c.mirror (note int not null, clinic int not null);
alter table c.notes enable row level security;
create policy any_clinic on c.notes for insert with check (true);
create function c.to_log() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$
begin insert into c.log values (new.id, new.clinic); return null; end $$;
create function c.to_mirror() returns trigger language plpgsql set search_path = c, pg_temp as $$
begin insert into c.mirror values (new.note, new.clinic); return null; end $$;
create trigger to_log after insert on c.notes for each row execute function c.to_log();
create trigger to_mirror after insert on c.log for each row execute function c.to_mirror();
grant insert on c.notes to desk;
reset role;

-- @seed
insert into c.notes values (1, 1), (2, 2);

-- check: c.mirror INSERT as=A :: insert into c.notes values (9, 2) ;; owner> select exists (select from c.mirror where note = 9 and clinic <> 1)
-- check: c.log INSERT as=A :: insert into c.notes values (9, 2) ;; owner> select exists (select from c.log where note = 9 and clinic <> 1)
-- check: c.notes INSERT as=A :: insert into c.notes values (9, 2) ;; owner> select exists (select from c.notes where id = 9)
