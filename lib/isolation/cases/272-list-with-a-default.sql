-- case: 272-list-with-a-default
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- principal: name=A tenant=a role=desk settings={"app.usr":"1"}
-- principal: name=N tenant=none role=desk settings={"app.usr":"9"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- expect: table=c.notes command=SELECT verdict=isolated
-- why: who has no clinic is given one; only the empty list stands for none

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.members (usr int not null, clinic text not null);
create table c.visits (id int primary key, clinic text not null);
create table c.notes (id int primary key, clinic text not null);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
create function c.mine(variadic fallback text[]) returns text[] language sql stable security definer
set search_path = c, pg_temp as $$
  select coalesce(array_agg(m.clinic), fallback) from c.members m
  where m.usr = nullif(current_setting('app.usr', true), '')::int
$$;
create function c.mine_only() returns text[] language sql stable security definer set search_path = c, pg_temp as $$
  select coalesce(array_agg(m.clinic), '{}') from c.members m
  where m.usr = nullif(current_setting('app.usr', true), '')::int
$$;
create policy own on c.visits using (clinic = any (c.mine('b')));
create policy own on c.notes using (clinic = any (c.mine_only()));
grant select on c.visits, c.notes to desk;
reset role;

-- @seed
insert into c.members values (1, 'a');
insert into c.visits values (1, 'a'), (2, 'b');
insert into c.notes values (1, 'a'), (2, 'b');

-- check: c.visits SELECT as=N :: select count(*) > 0 from c.visits where clinic = 'b'
-- check: c.notes SELECT as=N :: select count(*) > 0 from c.notes
