-- case: 330-function-behind-a-value
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.log.clinic
-- tenant: c.sheets.clinic
-- tenant: c.drafts.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.sheets command=INSERT verdict=leaks
-- expect: table=c.drafts command=INSERT verdict=leaks
-- expect: table=c.notes command=INSERT verdict=isolated
-- expect: table=c.log command=INSERT verdict=isolated
-- why: a value that nobody looks at is computed by functions that write rows of clinic 2

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id int primary key, clinic int not null, body text);
create table c.log (note int, clinic int not null, said text);
create table c.sheets (note int not null, clinic int not null);
create table c.drafts (note int not null, clinic int not null);
alter table c.notes enable row level security;
create policy own on c.notes for insert with check (clinic = current_setting('app.clinic')::int);
create function c.spill(n int) returns int language plpgsql as $$
begin insert into c.sheets values (n, 2); return n; end $$;
create function c.draft(n int) returns int language plpgsql as $$
begin insert into c.drafts values (n, 2); return n; end $$;
create function c.log_notes() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$
declare
  unused int := draft(3);
begin
  insert into log select spill(id), clinic, upper(body) || ' of ' || clinic from new_rows;
  return null;
end $$;
create trigger log_notes after insert on c.notes referencing new table as new_rows
  for each statement execute function c.log_notes();
grant insert on c.notes to desk;
reset role;

-- @seed
insert into c.notes values (1, 1), (2, 2);

-- check: c.sheets INSERT as=A :: insert into c.notes values (9, 1) ;; owner> select exists (select from c.sheets where note = 9 and clinic = 2)
-- check: c.drafts INSERT as=A :: insert into c.notes values (9, 1) ;; owner> select exists (select from c.drafts where note = 3 and clinic = 2)
-- check: c.notes INSERT as=A :: insert into c.notes values (9, 2) ;; owner> select exists (select from c.notes where id = 9)
-- check: c.log INSERT as=A :: insert into c.notes values (9, 2) ;; owner> select exists (select from c.log where note = 9)
