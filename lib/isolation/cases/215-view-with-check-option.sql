-- case: 215-view-with-check-option
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.mine.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.mine command=SELECT verdict=isolated
-- expect: table=c.mine command=INSERT verdict=isolated
-- expect: table=c.mine command=UPDATE verdict=leaks
-- expect: table=c.mine command=DELETE verdict=isolated
-- why: the check option binds what is written through the view

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create view c.mine as select id, clinic, note from c.visits where clinic = current_setting('app.clinic', true)::int with cascaded check option;
grant select, insert, update, delete on c.mine to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.mine SELECT as=A :: select count(*) > 0 from c.mine where clinic = 2
-- check: c.mine INSERT as=A :: insert into c.mine values (91, 2, 'x') ;; owner> select exists (select from c.visits where id = 91)
-- check: c.mine UPDATE as=A :: update c.mine set clinic = 2 ;; owner> select exists (select from c.visits where id = 1 and clinic = 2)
-- check: c.mine DELETE as=A :: delete from c.mine ;; owner> select (select count(*) from c.visits where clinic = 2) < 2
-- check: c.mine UPDATE as=A :: insert into c.mine values (3, 1, 'x') on conflict (id) do update set clinic = excluded.clinic ;; owner> select exists (select from c.visits where id = 3 and clinic = 1)
