-- case: 621-one-number-in-two-types
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.rounded(text).clinic
-- principal: name=A tenant=a role=desk settings={"app.clinic":"a"}
-- principal: name=B tenant=b role=desk settings={"app.clinic":"b"}
-- expect: table=c.rounded(text) command=SELECT verdict=leaks
-- why: 0.1 as real is another number than as double precision

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id int primary key, clinic text not null);
alter table c.notes enable row level security;
create policy own on c.notes using (clinic = current_setting('app.clinic'));
create function c.rounded(weight text) returns table (id int, clinic text) language sql security definer set search_path = c, pg_temp as $f$
  select n.id, n.clinic from c.notes n where weight::real <> 0.1::float8 and weight::real = 0.1::real
$f$;
reset role;

-- @seed
insert into c.notes values (1, 'a'), (2, 'b');

-- check: c.rounded(text) SELECT as=A :: select count(*) > 0 from c.rounded('0.1') r where r.clinic = 'b'
