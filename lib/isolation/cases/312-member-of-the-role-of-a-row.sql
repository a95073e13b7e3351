-- case: 312-member-of-the-role-of-a-row
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.slug
-- tenant: c.notes.slug
-- tenant: c.labels.slug
-- principal: name=A tenant=case_red role=case_ada settings={}
-- principal: name=B tenant=case_blue role=case_bob settings={}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.visits command=UPDATE verdict=isolated
-- expect: table=c.notes command=SELECT verdict=leaks
-- expect: table=c.labels command=SELECT verdict=isolated
-- why: whose member a session is, is a short list of roles; a member of every role of the kind is not told apart

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_red nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_blue nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_all nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_ada nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_bob nologin; exception when duplicate_object or unique_violation then null; end $$;
grant case_red, case_all to case_ada;
grant case_blue, case_all to case_bob;
create schema c authorization keeper;
grant usage on schema c to case_ada, case_bob;
set role keeper;
create table c.visits (id int primary key, slug text not null);
create table c.notes (id int primary key, slug name not null, reader name not null);
create table c.labels (id int primary key, slug name not null);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
alter table c.labels enable row level security;
create policy own on c.visits using (slug ~ '^case_(red|blue)$' and pg_has_role(current_user, slug, 'member'));
create policy own on c.notes using (pg_has_role(slug, 'usage') or pg_has_role(current_user, reader, 'member'));
create policy own on c.labels using (slug in ('case_red', 'case_blue') and pg_has_role(slug, 'member'));
grant select, insert, update on c.visits to case_ada, case_bob;
grant select on c.notes, c.labels to case_ada, case_bob;
reset role;

-- @seed
insert into c.visits values (1, 'case_red'), (2, 'case_blue');
insert into c.notes values (1, 'case_red', 'case_red'), (2, 'case_blue', 'case_all');
insert into c.labels values (1, 'case_red'), (2, 'case_blue');

-- check: c.visits SELECT as=A :: select exists (select from c.visits where slug <> 'case_red')
-- check: c.visits INSERT as=A :: insert into c.visits values (91, 'case_blue') ;; owner> select exists (select from c.visits where id = 91)
-- check: c.visits UPDATE as=A :: update c.visits set id = id + 50 ;; owner> select exists (select from c.visits where slug = 'case_blue' and id > 50)
-- check: c.notes SELECT as=A :: select exists (select from c.notes where slug <> 'case_red')
-- check: c.labels SELECT as=A :: select exists (select from c.labels where slug <> 'case_red')
