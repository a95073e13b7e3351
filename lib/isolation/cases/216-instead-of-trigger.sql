-- case: 216-instead-of-trigger
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.mine.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.mine command=SELECT verdict=isolated
-- expect: table=c.mine command=UPDATE verdict=leaks
-- why: the trigger changes every row with the same note

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create view c.mine as select id, clinic, note from c.visits where clinic = current_setting('app.clinic', true)::int;
create function c.keep() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin update c.visits set note = new.note where note = old.note; return new; end $$;
create trigger keep instead of update on c.mine for each row execute function c.keep();
grant select, update on c.mine to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');
insert into c.visits values (5, 2, 'ada');

-- check: c.mine SELECT as=A :: select count(*) > 0 from c.mine where clinic = 2
-- check: c.mine UPDATE as=A :: update c.mine set note = 'zz' where id = 1 ;; owner> select exists (select from c.visits where clinic = 2 and note = 'zz')
