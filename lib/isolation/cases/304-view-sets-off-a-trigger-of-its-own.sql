-- case: 304-view-sets-off-a-trigger-of-its-own
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.inbox.clinic
-- tenant: c.v.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.v command=INSERT verdict=isolated
-- expect: table=c.v command=UPDATE verdict=leaks
-- why: what hangs on the view's row belongs to its clinic

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, other int, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create table c.inbox (id int generated always as identity primary key, clinic int not null, about text);
alter table c.inbox enable row level security;
create policy own on c.inbox using (clinic = current_setting('app.clinic', true)::int);
create function c.tell() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin insert into c.inbox (clinic, about) values (new.clinic, 'x'); return new; end $$;
create trigger tell after insert or update on c.visits for each row execute function c.tell();
create view c.v as select * from c.visits where clinic = current_setting('app.clinic', true)::int with check option;
grant select, insert, update on c.v to desk; grant select on c.inbox to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 1, 'ada'), (2, 1, 1, 'abe'), (3, 2, 2, 'bob'), (4, 2, 2, 'ben');

-- check: c.v INSERT as=A :: insert into c.v values (91, 1, 2, 'x') ;; owner> select count(*) > 2 from c.inbox where clinic = 2
-- check: c.v UPDATE as=A :: update c.v set other = 2 ;; owner> select count(*) > 2 from c.inbox where clinic = 2
-- check: c.v UPDATE as=A :: insert into c.v values (3, 1, 1, 'x') on conflict (id) do update set clinic = excluded.clinic ;; owner> select exists (select from c.visits where id = 3 and clinic = 1)
