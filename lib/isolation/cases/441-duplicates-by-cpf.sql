-- case: 441-duplicates-by-cpf
-- threat: dml
-- null-tenant: foreign
-- tenant: c.patients.clinic_id
-- tenant: c.exists_cpf(text)
-- tenant: c.find_duplicate(text)
-- tenant: c.merge_patient(integer,integer)
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2","app.user":"22"}
-- expect: table=c.patients command=INSERT verdict=leaks channel=covert
-- expect: table=c.patients command=INSERT verdict=isolated
-- expect: table=c.exists_cpf(text) command=SELECT verdict=leaks
-- expect: table=c.find_duplicate(text) command=SELECT verdict=isolated
-- expect: table=c.merge_patient(integer,integer) command=DELETE verdict=leaks
-- why: a look for duplicates over all clinics tells who is a patient where

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.clinic() returns int language sql stable as $$ select nullif(current_setting('app.clinic', true), '')::int $$;
create function c.me() returns int language sql stable as $$ select nullif(current_setting('app.user', true), '')::int $$;
create table c.patients (id int primary key, clinic_id int not null, cpf text not null, name text not null, phone text, unique (cpf));
alter table c.patients enable row level security;
create policy own on c.patients using (clinic_id = c.clinic()) with check (clinic_id = c.clinic());
grant select, insert, update on c.patients to desk;
create function c.exists_cpf(p_cpf text) returns boolean language sql stable security definer set search_path = '' as $$ select exists (select from c.patients p where p.cpf = regexp_replace(p_cpf, '[^0-9]', '', 'g')) $$;
create function c.find_duplicate(p_cpf text) returns c.patients language sql stable security definer set search_path = '' as $$ select p.* from c.patients p where p.cpf = p_cpf and p.clinic_id = c.clinic() limit 1 $$;
create function c.merge_patient(keep int, gone int) returns void language plpgsql security definer set search_path = '' as $$
begin
  update c.patients k set phone = coalesce(k.phone, g.phone) from c.patients g where k.id = keep and g.id = gone and k.clinic_id = c.clinic();
  delete from c.patients where id = gone and id <> keep;
end $$;
reset role;

-- @seed
insert into c.patients values (1, 1, '111', 'ada', null), (2, 2, '222', 'bob', '99');

-- check: c.patients INSERT channel=covert as=A :: differs> insert into c.patients values (9, 1, '222', 'x') ||| insert into c.patients values (9, 1, '223', 'x')
-- check: c.patients INSERT as=A :: insert into c.patients values (9, 2, '9', 'x') ;; select true
-- check: c.exists_cpf(text) SELECT as=A :: select c.exists_cpf('2-22')
-- check: c.find_duplicate(text) SELECT as=A :: select (c.find_duplicate('222')).id is not null
-- check: c.merge_patient(integer,integer) DELETE as=A :: select c.merge_patient(1, 2) ;; owner> select count(*) = 0 from c.patients where clinic_id = 2
