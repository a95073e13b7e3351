-- case: 305-trigger-writes-through-a-view
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.inbox.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.inbox command=INSERT verdict=leaks
-- expect: table=c.inbox command=SELECT verdict=isolated
-- expect: table=c.visits command=INSERT verdict=isolated
-- why: the trigger never names the table: it writes through a view that its owner reads past the policies

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
create view c.box as select id, clinic, about from c.inbox;
create function c.tell() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin insert into c.box (clinic, about) values (new.other, 'x'); return new; end $$;
create trigger tell after insert on c.visits for each row execute function c.tell();
grant select, insert on c.visits to desk; grant select on c.inbox to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 1, 'ada'), (2, 1, 1, 'abe'), (3, 2, 2, 'bob'), (4, 2, 2, 'ben');

-- check: c.inbox INSERT as=A :: insert into c.visits values (91, 1, 2, 'x') ;; owner> select count(*) > 2 from c.inbox where clinic = 2
-- check: c.inbox SELECT as=A :: select count(*) > 0 from c.inbox where clinic = 2
-- check: c.visits INSERT as=A :: insert into c.visits values (92, 2, 2, 'x') ;; owner> select exists (select from c.visits where id = 92)
