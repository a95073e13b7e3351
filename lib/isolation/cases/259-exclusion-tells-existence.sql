-- case: 259-exclusion-tells-existence
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.visits command=INSERT verdict=leaks channel=covert
-- why: a time that another clinic has taken is refused

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, during int4range not null, exclude using gist (during with &&));
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int) with check (clinic = current_setting('app.clinic', true)::int);
grant insert on c.visits to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, '[1,5)'), (2, 2, '[10,15)');

-- check: c.visits INSERT as=A :: insert into c.visits values (91, 2, '[50,51)') ;; owner> select exists (select from c.visits where id = 91)
-- check: c.visits INSERT channel=covert as=A :: differs> insert into c.visits values (91, 1, '[11,12)') ||| insert into c.visits values (91, 1, '[60,61)')
