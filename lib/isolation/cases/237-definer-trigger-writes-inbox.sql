-- case: 237-definer-trigger-writes-inbox
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.inbox.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.inbox command=INSERT verdict=leaks
-- expect: table=c.inbox command=SELECT verdict=isolated
-- why: the note may name another clinic as its addressee

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create table c.inbox (id int generated always as identity primary key, clinic int not null, about text);
alter table c.inbox enable row level security;
create policy own on c.inbox using (clinic = current_setting('app.clinic', true)::int);
create policy add on c.visits for insert with check (clinic = current_setting('app.clinic', true)::int);
create function c.tell() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin insert into c.inbox (clinic, about) values (coalesce(nullif(split_part(new.note, '>', 1), '')::int, new.clinic), new.note); return new; exception when invalid_text_representation then insert into c.inbox (clinic, about) values (new.clinic, new.note); return new; end $$;
create trigger tell after insert on c.visits for each row execute function c.tell();
grant insert on c.visits to desk;
grant select on c.inbox to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits INSERT as=A :: insert into c.visits (id, clinic, note) values (91, 2, 'x') ;; owner> select exists (select from c.visits where id = 91 and clinic = 2)
-- check: c.inbox INSERT as=A :: insert into c.visits values (91, 1, '2>hello') ;; owner> select exists (select from c.inbox where clinic = 2)
-- check: c.inbox SELECT as=A :: select count(*) > 0 from c.inbox where clinic = 2
