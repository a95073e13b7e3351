-- case: 353-keys-switched-off
-- threat: dml
-- null-tenant: foreign
-- tenant: c.counted.clinic
-- tenant: c.p_held.clinic
-- tenant: c.p_child_off.clinic
-- tenant: c.p_parent_off.clinic
-- tenant-via: c.held.pid=c.p_held.id
-- tenant-via: c.child_off.pid=c.p_child_off.id
-- tenant-via: c.parent_off.pid=c.p_parent_off.id
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.held command=SELECT verdict=isolated
-- expect: table=c.child_off command=SELECT verdict=leaks
-- expect: table=c.parent_off command=SELECT verdict=leaks
-- expect: table=c.counted command=INSERT verdict=leaks channel=covert
-- why: keys-switched-off

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.p_held (id int primary key, clinic int not null, unique (id, clinic));
create table c.held (id int primary key, clinic int not null, pid int not null, foreign key (pid, clinic) references c.p_held (id, clinic));
alter table c.held enable row level security;
create policy own on c.held using (clinic = current_setting('app.clinic')::int);
grant select on c.held to desk;
create table c.p_child_off (id int primary key, clinic int not null, unique (id, clinic));
create table c.child_off (id int primary key, clinic int not null, pid int not null, foreign key (pid, clinic) references c.p_child_off (id, clinic));
alter table c.child_off enable row level security;
create policy own on c.child_off using (clinic = current_setting('app.clinic')::int);
grant select on c.child_off to desk;
create table c.p_parent_off (id int primary key, clinic int not null, unique (id, clinic));
create table c.parent_off (id int primary key, clinic int not null, pid int not null, foreign key (pid, clinic) references c.p_parent_off (id, clinic));
alter table c.parent_off enable row level security;
create policy own on c.parent_off using (clinic = current_setting('app.clinic')::int);
grant select on c.parent_off to desk;
create table c.counted (id int generated always as identity primary key, clinic int not null);
alter table c.counted enable row level security;
create policy own on c.counted using (clinic = current_setting('app.clinic')::int);
grant insert on c.counted to desk;
reset role;

-- @seed
insert into c.p_held values (1, 1), (2, 2);
insert into c.held values (1, 1, 1), (2, 2, 2);
insert into c.p_child_off values (1, 1), (2, 2);
alter table c.child_off disable trigger all;
insert into c.child_off values (1, 1, 1), (2, 1, 2);
insert into c.p_parent_off values (1, 1), (7, 1);
insert into c.parent_off values (1, 1, 1), (2, 1, 7);
alter table c.p_parent_off disable trigger all;
update c.p_parent_off set clinic = 2 where id = 7;
insert into c.counted (clinic) values (1), (2);

-- check: c.held SELECT as=A :: select count(*) > 0 from c.held where id = 2
-- check: c.child_off SELECT as=A :: select count(*) > 0 from c.child_off where id = 2
-- check: c.parent_off SELECT as=A :: select count(*) > 0 from c.parent_off where id = 2
-- check: c.counted INSERT channel=covert as=A :: differs> insert into c.counted (id, clinic) overriding system value values (2, 1) ||| insert into c.counted (id, clinic) overriding system value values (3, 1)
