-- case: 571-member-nobody-entered-moves
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- principal: name=A tenant=1 role=desk settings={"app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.user":"22"}
-- membership: c.members user=usr tenant=clinic session="current_setting('app.user')::int"
-- expect: table=c.notes command=SELECT verdict=leaks
-- why: a member that no row names yet may change its row as others theirs

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.members (usr int primary key, clinic int not null);
alter table c.members enable row level security;
create policy own on c.members using (usr = current_setting('app.user')::int);
grant select, update (clinic) on c.members to desk;
create table c.notes (id int primary key, clinic int not null);
alter table c.notes enable row level security;
create policy own on c.notes for select using (clinic in (select m.clinic from c.members m where m.usr = current_setting('app.user')::int));
grant select on c.notes to desk;
reset role;

-- @seed
insert into c.notes values (1, 1), (2, 2);

-- check: c.notes SELECT as=A :: owner> insert into c.members values (11, 1), (22, 2) ;; update c.members set clinic = 2 where usr = 11 ;; select count(*) > 0 from c.notes where clinic = 2
