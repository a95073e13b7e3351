-- case: 365-what-references-do
-- threat: dml
-- null-tenant: foreign
-- tenant: c.set_one.clinic
-- tenant: c.by_part.clinic
-- tenant: c.by_heir.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.set_one command=UPDATE verdict=leaks
-- expect: table=c.by_part command=DELETE verdict=leaks
-- expect: table=c.by_heir command=DELETE verdict=leaks
-- why: SET NULL (column) came with 15, as security_invoker did

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.places (region int, id int, primary key (region, id)); create table c.set_one (id int primary key, clinic int not null, region int not null, place int, foreign key (region, place) references c.places on delete set null (place)); grant select, delete on c.places to desk;
create table c.rooms (id int, r int, primary key (id, r)) partition by list (r); create table c.rooms1 partition of c.rooms for values in (1); create table c.rooms2 partition of c.rooms for values in (2);
create table c.by_part (id int primary key, clinic int not null, room int, r int, foreign key (room, r) references c.rooms1 on delete cascade); grant select, delete on c.rooms to desk;
create table c.wards (id int); create table c.wards1 (primary key (id)) inherits (c.wards); create table c.by_heir (id int primary key, clinic int not null, ward int references c.wards1 on delete cascade); grant select, delete on c.wards to desk;
reset role;

-- @seed
insert into c.places values (1, 1); insert into c.set_one values (1, 1, 1, 1), (2, 2, 1, 1); insert into c.rooms values (1, 1); insert into c.by_part values (1, 1, 1, 1), (2, 2, 1, 1); insert into c.wards1 values (1); insert into c.by_heir values (1, 1, 1), (2, 2, 1);

-- check: c.set_one UPDATE as=A :: delete from c.places ;; owner> select count(*) > 0 from c.set_one where clinic = 2 and place is null
-- check: c.by_part DELETE as=A :: delete from c.rooms ;; owner> select count(*) = 0 from c.by_part where clinic = 2
-- check: c.by_heir DELETE as=A :: delete from c.wards ;; owner> select count(*) = 0 from c.by_heir where clinic = 2
