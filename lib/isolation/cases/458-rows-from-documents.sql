-- case: 458-rows-from-documents
-- threat: dml
-- null-tenant: foreign
-- tenant: c.patients.clinic_id
-- tenant: c.save_patient(jsonb)
-- tenant: c.patch_patient(integer,jsonb)
-- tenant: c.save_mine(jsonb)
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2","app.user":"22"}
-- expect: table=c.patients command=SELECT verdict=isolated
-- expect: table=c.save_patient(jsonb) command=INSERT verdict=leaks
-- expect: table=c.save_patient(jsonb) command=UPDATE verdict=leaks
-- expect: table=c.patch_patient(integer,jsonb) command=UPDATE verdict=leaks
-- expect: table=c.save_mine(jsonb) command=UPDATE verdict=isolated
-- expect: table=c.save_mine(jsonb) command=INSERT verdict=isolated
-- why: a row that is made from a document is whose the document says

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.clinic() returns int language sql stable as $$ select nullif(current_setting('app.clinic', true), '')::int $$;
create function c.me() returns int language sql stable as $$ select nullif(current_setting('app.user', true), '')::int $$;
create table c.patients (id int primary key, clinic_id int not null, name text not null, notes text);
alter table c.patients enable row level security;
create policy own on c.patients for select using (clinic_id = c.clinic());
grant select on c.patients to desk;
create function c.save_patient(doc jsonb) returns int language plpgsql security definer set search_path = '' as $$
declare p c.patients;
begin
  p := jsonb_populate_record(null::c.patients, doc);
  insert into c.patients select p.* on conflict (id) do update set name = excluded.name, notes = excluded.notes;
  return p.id;
end $$;
create function c.patch_patient(p_id int, doc jsonb) returns void language sql security definer set search_path = '' as $$
  update c.patients p set name = coalesce(doc ->> 'name', p.name), notes = coalesce(doc ->> 'notes', p.notes) where p.id = p_id $$;
create function c.save_mine(doc jsonb) returns int language sql security definer set search_path = '' as $$
  insert into c.patients (id, clinic_id, name) values ((doc ->> 'id')::int, c.clinic(), doc ->> 'name') on conflict (id) do update set name = excluded.name where patients.clinic_id = c.clinic() returning id $$;
reset role;

-- @seed
insert into c.patients values (1, 1, 'ada'), (2, 2, 'bob');

-- check: c.patients SELECT as=A :: select count(*) > 0 from c.patients where clinic_id = 2
-- check: c.save_patient(jsonb) INSERT as=A :: select c.save_patient('{"id":9,"clinic_id":2,"name":"x"}') ;; owner> select count(*) > 1 from c.patients where clinic_id = 2
-- check: c.save_patient(jsonb) UPDATE as=A :: select c.save_patient('{"id":2,"clinic_id":1,"name":"x"}') ;; owner> select count(*) > 0 from c.patients where clinic_id = 2 and name = 'x'
-- check: c.patch_patient(integer,jsonb) UPDATE as=A :: select c.patch_patient(2, '{"name":"x"}') ;; owner> select count(*) > 0 from c.patients where clinic_id = 2 and name = 'x'
-- check: c.save_mine(jsonb) UPDATE as=A :: select c.save_mine('{"id":2,"name":"x"}') ;; owner> select count(*) > 0 from c.patients where clinic_id = 2 and name = 'x'
-- check: c.save_mine(jsonb) INSERT as=A :: select c.save_mine('{"id":9,"name":"x"}') ;; owner> select count(*) > 1 from c.patients where clinic_id = 2
