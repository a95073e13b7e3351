-- case: 274-trigger-of-the-parent-alone
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=UPDATE verdict=leaks
-- expect: table=c.visits command=INSERT verdict=isolated
-- why: rows of the archive are reached by their parent's name and policies, but the parent's trigger does not fire for them

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
create table c.archive () inherits (c.visits);
create function c.stay() returns trigger language plpgsql as $$
begin
  if new.clinic is distinct from nullif(current_setting('app.clinic', true), '')::int then return null; end if;
  return new;
end $$;
create trigger stay before insert or update on c.visits for each row execute function c.stay();
alter table c.visits enable row level security;
create policy anybody on c.visits using (true);
grant insert, update (note) on c.visits to desk;
reset role;

-- @seed
alter table c.visits disable trigger stay;
insert into c.visits values (1, 1, 'ada'), (3, 2, 'bob');
alter table c.visits enable trigger stay;
insert into c.archive values (2, 1, 'abe'), (4, 2, 'ben');

-- check: c.visits UPDATE as=A :: update c.visits set note = 'zz' ;; owner> select exists (select from c.visits where clinic = 2 and note = 'zz')
-- check: c.visits INSERT as=A :: insert into c.visits values (91, 2, 'x') ;; owner> select exists (select from c.visits where id = 91)
