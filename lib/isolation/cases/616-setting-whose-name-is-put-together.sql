-- case: 616-setting-whose-name-is-put-together
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.notes command=SELECT verdict=leaks
-- why: a trigger sets whatever setting a row names after its prefix

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id int primary key, clinic int not null);
alter table c.notes enable row level security;
create policy own on c.notes using (clinic = current_setting('app.clinic')::int);
grant select on c.notes to desk;
create table c.preferences (name text, value text);
grant insert on c.preferences to desk;
create function c.prefer() returns trigger language plpgsql as $$ begin perform set_config('app.' || new.name, new.value, true); return new; end $$;
create trigger prefer before insert on c.preferences for each row execute function c.prefer();
reset role;

-- @seed
insert into c.notes values (1, 1), (2, 2);

-- check: c.notes SELECT as=A :: insert into c.preferences values ('clinic', '2') ;; select count(*) > 0 from c.notes where clinic = 2
