-- case: 315-all-but-those-of-others
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.drafts.clinic
-- tenant: c.but_others.clinic
-- tenant: c.but_all.clinic
-- tenant: c.both.clinic
-- tenant: c.but_nobodys.clinic
-- tenant: c.but_some.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.but_others command=SELECT verdict=isolated
-- expect: table=c.but_all command=SELECT verdict=isolated
-- expect: table=c.both command=SELECT verdict=isolated
-- expect: table=c.but_nobodys command=SELECT verdict=leaks
-- expect: table=c.but_some command=SELECT verdict=leaks
-- why: what is taken away are rows of the same table; a row without clinic is taken by no comparison

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, n int);
create table c.drafts (id int, clinic int, n int);
create view c.but_others as select id, clinic, n from c.visits
  except select id, clinic, n from c.visits where clinic <> current_setting('app.clinic')::int;
create view c.but_all as select id, clinic, n from c.visits where clinic = current_setting('app.clinic')::int
  except all select id, clinic, n from c.visits where n > 7;
create view c.both as select id, clinic, n from c.visits
  intersect select id, clinic, n from c.visits where clinic = current_setting('app.clinic')::int;
create view c.but_nobodys as select id, clinic, n from c.drafts
  except select id, clinic, n from c.drafts where clinic <> current_setting('app.clinic')::int;
create view c.but_some as select id, clinic, n from c.drafts where clinic is not null
  except select id, clinic, n from c.drafts where clinic <> current_setting('app.clinic')::int and n > 0;
grant select on c.but_others, c.but_all, c.both, c.but_nobodys, c.but_some to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 1), (2, 2, 2);
insert into c.drafts values (1, 1, 1), (2, 2, 2), (3, null, 3), (4, 2, 0);

-- check: c.but_others SELECT as=A :: select exists (select from c.but_others where clinic is distinct from 1)
-- check: c.but_all SELECT as=A :: select exists (select from c.but_all where clinic is distinct from 1)
-- check: c.both SELECT as=A :: select exists (select from c.both where clinic is distinct from 1)
-- check: c.but_nobodys SELECT as=A :: select exists (select from c.but_nobodys where clinic is distinct from 1)
-- check: c.but_some SELECT as=A :: select exists (select from c.but_some where clinic is distinct from 1)
