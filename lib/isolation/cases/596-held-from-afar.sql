-- case: 596-held-from-afar
-- threat: dml
-- null-tenant: foreign
-- tenant: c.a.clinic
-- tenant: c.d.clinic
-- tenant: c.e.clinic
-- tenant: c.f.clinic
-- tenant: c.g.clinic
-- tenant: c.h.clinic
-- tenant: c.rooms.clinic
-- tenant: c.beds.clinic
-- tenant: c.parts.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.a command=DELETE verdict=leaks channel=covert
-- expect: table=c.e command=UPDATE verdict=leaks channel=covert
-- expect: table=c.g command=DELETE verdict=isolated channel=covert
-- expect: table=c.rooms command=INSERT verdict=leaks channel=covert
-- expect: table=c.beds command=INSERT verdict=isolated channel=covert
-- expect: table=c.parts command=INSERT verdict=leaks channel=covert
-- why: a row that goes with another may be held by a third tenant's; an exclusion may ask for another tenant; a partition may have a key of its own

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create extension btree_gist;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.a (id int primary key, clinic int not null); alter table c.a enable row level security; create policy own on c.a using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select, delete on c.a to desk;
create table c.b (id int primary key, aid int references c.a on delete cascade);
create table c.d (id int primary key, bid int references c.b on delete restrict, clinic int not null);
create table c.e (id int, clinic int not null, code uuid primary key); alter table c.e enable row level security; create policy own on c.e using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select, update (code) on c.e to desk;
create table c.f (id int primary key, code uuid references c.e (code), clinic int not null);
create table c.g (id int primary key, clinic int not null, unique (id, clinic)); alter table c.g enable row level security; create policy own on c.g using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select, delete on c.g to desk;
create table c.h (id int primary key, gid int, clinic int not null, foreign key (gid, clinic) references c.g (id, clinic));
create table c.rooms (id uuid primary key default gen_random_uuid(), clinic int not null, room int, exclude using gist (room with =, clinic with <>)); alter table c.rooms enable row level security; create policy own on c.rooms using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select, insert on c.rooms to desk;
create table c.beds (id uuid primary key default gen_random_uuid(), clinic int not null, bed int, during int4range, exclude using gist (clinic with =, bed with =, during with &&)); alter table c.beds enable row level security; create policy own on c.beds using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select, insert on c.beds to desk;
create table c.parts (id uuid, clinic int not null, code int, primary key (id, clinic)) partition by list (clinic);
create table c.rest partition of c.parts default;
create unique index on c.rest (code);
alter table c.parts enable row level security;
create policy own on c.parts using (clinic = nullif(current_setting('app.clinic', true), '')::int);
grant select, insert on c.parts to desk;

reset role;

-- @seed
insert into c.a values (1, 1), (3, 1); insert into c.b values (1, 1), (3, 3); insert into c.d values (1, 1, 2);
insert into c.e values (1, 1, 'a0000000-0000-4000-8000-000000000001'), (3, 1, 'a0000000-0000-4000-8000-000000000002'); insert into c.f values (1, 'a0000000-0000-4000-8000-000000000001', 2);
insert into c.g values (1, 1), (3, 1), (2, 2); insert into c.h values (1, 2, 2);
insert into c.rooms (clinic, room) values (2, 5); insert into c.beds (clinic, bed, during) values (2, 5, '[1,9)'); insert into c.parts values (gen_random_uuid(), 2, 5);

-- check: c.a DELETE channel=covert as=A :: differs> delete from c.a where id = 1 ||| delete from c.a where id = 3
-- check: c.e UPDATE channel=covert as=A :: differs> update c.e set code = gen_random_uuid() where id = 1 ||| update c.e set code = gen_random_uuid() where id = 3
-- check: c.g DELETE channel=covert as=A :: differs> delete from c.g where id = 2 ||| delete from c.g where id = 3
-- check: c.rooms INSERT channel=covert as=A :: differs> insert into c.rooms (clinic, room) values (1, 6) ||| insert into c.rooms (clinic, room) values (1, 5)
-- check: c.beds INSERT channel=covert as=A :: differs> insert into c.beds (clinic, bed, during) values (1, 5, '[1,9)') ||| insert into c.beds (clinic, bed, during) values (1, 6, '[1,9)')
-- check: c.parts INSERT channel=covert as=A :: differs> insert into c.parts values (gen_random_uuid(), 1, 6) ||| insert into c.parts values (gen_random_uuid(), 1, 5)
