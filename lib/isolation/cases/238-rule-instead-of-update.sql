-- case: 238-rule-instead-of-update
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.history.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.history command=INSERT verdict=leaks
-- unscored: table=c.visits command=UPDATE
-- why: the rule writes with the rights of the owner what the caller says

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create table c.history (visit int, clinic int, note text);
alter table c.history enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create rule keep as on update to c.visits do instead insert into c.history values (new.id, new.clinic, new.note);
grant select, update on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.history INSERT as=A :: update c.visits set clinic = 2 where id = 1 ;; owner> select exists (select from c.history where clinic = 2)
