-- case: 275-trigger-of-a-partition-alone
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.inbox.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.inbox command=INSERT verdict=leaks
-- why: the partition, which nobody may write by its own name, tells another clinic of each row that is put into its table

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.inbox (clinic int not null, note text not null);
alter table c.inbox enable row level security;
create table c.visits (id int not null, clinic int not null, note text not null) partition by list (clinic);
create table c.visits_all partition of c.visits default;
create function c.tell() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$
begin
  insert into c.inbox values (new.clinic % 2 + 1, new.note);
  return null;
end $$;
create trigger tell after insert on c.visits_all for each row execute function c.tell();
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = nullif(current_setting('app.clinic', true), '')::int);
grant insert on c.visits to desk;
reset role;

-- check: c.visits INSERT as=A :: insert into c.visits values (91, 2, 'x') ;; owner> select exists (select from c.visits where clinic = 2)
-- check: c.inbox INSERT as=A :: insert into c.visits values (91, 1, 'x') ;; owner> select exists (select from c.inbox where clinic = 2)
