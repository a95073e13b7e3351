-- case: 318-clinics-in-a-document
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- tenant: c.labels.clinic
-- tenant: c.lists.clinic
-- tenant: c.numbers.clinic
-- tenant: c.objects.clinic
-- tenant: c.loose.clinic
-- principal: name=A tenant=11 role=desk settings={} claims={"clinics":["11",{"22":"22"}],"ids":[11,{"a":1}],"mine":{"clinic":"11","n":1}}
-- principal: name=B tenant=22 role=desk settings={} claims={"clinics":["22"],"ids":[22],"mine":{"clinic":"22","n":1}}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=INSERT verdict=isolated
-- expect: table=c.notes command=SELECT verdict=isolated
-- expect: table=c.labels command=SELECT verdict=isolated
-- expect: table=c.lists command=SELECT verdict=isolated
-- expect: table=c.numbers command=SELECT verdict=isolated
-- expect: table=c.objects command=SELECT verdict=isolated
-- expect: table=c.loose command=SELECT verdict=leaks
-- why: a document holds a value of the row when that is one of those written in it, and every document holds an empty one

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.claims() returns jsonb language sql stable as $$ select current_setting('request.jwt.claims')::jsonb $$;
create table c.visits (id int primary key, clinic text not null);
create table c.notes (id int primary key, clinic int not null);
create table c.labels (id int primary key, clinic text not null);
create table c.lists (id int primary key, clinic text not null);
create table c.numbers (id int primary key, clinic int not null);
create table c.objects (id int primary key, clinic text not null);
create table c.loose (id int primary key, clinic text not null, tags text[]);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
alter table c.labels enable row level security;
alter table c.lists enable row level security;
alter table c.numbers enable row level security;
alter table c.objects enable row level security;
alter table c.loose enable row level security;
create policy own on c.visits using (c.claims() @> jsonb_build_object('clinics', jsonb_build_array(clinic)));
create policy own on c.notes using (c.claims() -> 'clinics' @> to_jsonb(clinic::text));
create policy own on c.labels using (to_jsonb(clinic) <@ (c.claims() -> 'clinics'));
create policy own on c.lists using (jsonb_build_array(clinic) <@ (c.claims() -> 'clinics'));
create policy own on c.numbers using (c.claims() -> 'ids' @> to_jsonb(clinic));
create policy own on c.objects using (c.claims() @> jsonb_build_object('mine', jsonb_build_object('clinic', clinic, 'n', 1)));
create policy own on c.loose using (c.claims() -> 'clinics' @> to_jsonb(tags));
grant select, insert on c.visits to desk;
grant select on c.notes, c.labels, c.lists, c.numbers, c.objects, c.loose to desk;
reset role;

-- @seed
insert into c.visits values (1, '11'), (2, '22');
insert into c.notes values (1, 11), (2, 22);
insert into c.labels values (1, '11'), (2, '22');
insert into c.lists values (1, '11'), (2, '22');
insert into c.numbers values (1, 11), (2, 22);
insert into c.objects values (1, '11'), (2, '22');
insert into c.loose values (1, '11', '{11}'), (2, '22', '{}');

-- check: c.visits SELECT as=A :: select exists (select from c.visits where clinic <> '11')
-- check: c.visits INSERT as=A :: insert into c.visits values (91, '22') ;; owner> select exists (select from c.visits where id = 91)
-- check: c.notes SELECT as=A :: select exists (select from c.notes where clinic <> 11)
-- check: c.labels SELECT as=A :: select exists (select from c.labels where clinic <> '11')
-- check: c.lists SELECT as=A :: select exists (select from c.lists where clinic <> '11')
-- check: c.numbers SELECT as=A :: select exists (select from c.numbers where clinic <> 11)
-- check: c.objects SELECT as=A :: select exists (select from c.objects where clinic <> '11')
-- check: c.loose SELECT as=A :: select exists (select from c.loose where clinic <> '11')
