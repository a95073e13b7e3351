-- case: 607-trees-without-a-root
-- threat: dml
-- null-tenant: foreign
-- tenant: c.folders.clinic
-- tenant: c.tops.clinic
-- tenant: c.roots.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.folders command=SELECT verdict=leaks
-- expect: table=c.tops command=SELECT verdict=leaks
-- expect: table=c.roots command=SELECT verdict=isolated
-- why: a row of a recursive query that is not followed may have NULL anywhere

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.folders (id int primary key, clinic int not null, parent int references c.folders);
create function c.root_clinic(folder int) returns int language sql stable security definer set search_path = '' as $$
  with recursive up as (select f.id, f.parent, f.clinic from c.folders f where f.id = folder
    union all select f.id, f.parent, f.clinic from c.folders f join up on f.id = up.parent)
  select clinic from up where parent is null $$;
create view c.tops as with recursive up as (select f.id as leaf, f.clinic, f.parent from c.folders f
    union all select up.leaf, up.clinic, f.parent from c.folders f join up on f.id = up.parent)
  select leaf, clinic from up where parent is null and clinic <> current_setting('app.clinic')::int;
create view c.roots as select id, clinic from c.folders where parent is null and clinic = current_setting('app.clinic')::int;
alter table c.folders enable row level security;
create policy own on c.folders for select using (c.root_clinic(id) = current_setting('app.clinic')::int);
grant select on c.folders, c.tops, c.roots to desk;
reset role;

-- @seed
insert into c.folders values (1, 1, null), (2, 1, 1), (3, 2, null), (4, 2, 1);

-- check: c.folders SELECT as=A :: select exists (select from c.folders where clinic <> 1)
-- check: c.tops SELECT as=A :: select exists (select from c.tops where clinic <> 1)
-- check: c.roots SELECT as=A :: select exists (select from c.roots where clinic <> 1)
