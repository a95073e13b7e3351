-- case: 203-member-of-the-owner
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk_203 settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk_203 settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- expect: table=c.visits command=INSERT verdict=leaks
-- expect: table=c.visits command=UPDATE verdict=leaks
-- expect: table=c.visits command=DELETE verdict=leaks
-- why: the role inherits the owner, and FORCE is off

do $$ begin create role keeper_203 nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk_203 nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper_203;
grant usage on schema c to desk_203;
set role keeper_203;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
reset role;
grant keeper_203 to desk_203;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits INSERT as=A :: insert into c.visits (id, clinic, note) values (91, 2, 'x') ;; owner> select exists (select from c.visits where id = 91 and clinic = 2)
-- check: c.visits UPDATE as=A :: update c.visits set note = 'zz' ;; owner> select exists (select from c.visits where clinic = 2 and note = 'zz')
-- check: c.visits DELETE as=A :: delete from c.visits ;; owner> select (select count(*) from c.visits where clinic = 2) < 2
