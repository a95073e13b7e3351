-- case: 607-what-has-ended-is-null
-- threat: dml
-- null-tenant: foreign
-- tenant: c.folders.clinic
-- tenant: c.tops.clinic
-- tenant: c.roots.clinic
-- tenant: c.padded.clinic
-- tenant: c.padded_too.clinic
-- tenant: c.any_tree.clinic
-- tenant: c.own_roots()
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.folders command=SELECT verdict=leaks
-- expect: table=c.tops command=SELECT verdict=leaks
-- expect: table=c.roots command=SELECT verdict=isolated
-- expect: table=c.any_tree command=SELECT verdict=leaks
-- expect: table=c.own_roots() command=SELECT verdict=leaks
-- expect: table=c.padded command=SELECT verdict=leaks
-- expect: table=c.padded_too command=SELECT verdict=leaks
-- why: a row of a recursive query that is not followed may have NULL anywhere, and so may lists that go side by side

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
create view c.any_tree as with recursive t as (select id, clinic, parent, 1 as depth from c.folders
    where parent is null and clinic = current_setting('app.clinic')::int
    union all select f.id, f.clinic, f.parent, t.depth + 1 from c.folders f join t on f.parent = t.id)
  select id, clinic, depth from t;
create function c.own_roots() returns bigint language sql stable security definer set search_path = '' as $$
  with recursive t as (select f.id, f.parent from c.folders f where f.clinic = current_setting('app.clinic')::int
    union select f.id, f.parent from c.folders f join t on f.id = t.parent or f.parent = t.id)
  select count(*) from t $$;
revoke all on function c.own_roots() from public;
grant execute on function c.own_roots() to desk;
create view c.padded as select f.id, f.clinic from c.folders f, rows from (unnest(array[1]), unnest(array[f.id, f.parent])) as r(a, b) where a is null;
create view c.padded_too as select f.id, f.clinic from c.folders f cross join lateral unnest(array[f.clinic], array[1, 2]) as r(a, b)
  where coalesce(r.a, current_setting('app.clinic')::int) = current_setting('app.clinic')::int;
grant select on c.any_tree, c.padded, c.padded_too to desk;
alter table c.folders enable row level security;
create policy own on c.folders for select using (c.root_clinic(id) = current_setting('app.clinic')::int);
grant select on c.folders, c.tops, c.roots to desk;
reset role;

-- @seed
insert into c.folders values (1, 1, null), (2, 1, 1), (3, 2, null), (4, 2, 1);

-- check: c.folders SELECT as=A :: select exists (select from c.folders where clinic <> 1)
-- check: c.tops SELECT as=A :: select exists (select from c.tops where clinic <> 1)
-- check: c.roots SELECT as=A :: select exists (select from c.roots where clinic <> 1)
-- check: c.any_tree SELECT as=A :: select exists (select from c.any_tree where clinic <> 1)
-- check: c.own_roots() SELECT as=A :: select c.own_roots() > 2
-- check: c.padded SELECT as=A :: select exists (select from c.padded where clinic <> 1)
-- check: c.padded_too SELECT as=A :: select exists (select from c.padded_too where clinic <> 1)
