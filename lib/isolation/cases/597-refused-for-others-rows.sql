-- case: 597-refused-for-others-rows
-- threat: dml
-- null-tenant: foreign
-- tenant: c.used.clinic
-- tenant: c.asked.clinic
-- tenant: c.ruled.clinic
-- tenant: c.counted.clinic
-- tenant: c.checked.clinic
-- tenant: c.plain.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.asked command=INSERT verdict=leaks channel=covert
-- expect: table=c.asked command=UPDATE verdict=leaks channel=covert
-- expect: table=c.asked command=DELETE verdict=leaks channel=covert
-- expect: table=c.ruled command=INSERT verdict=leaks channel=covert
-- expect: table=c.counted command=INSERT verdict=leaks channel=covert
-- expect: table=c.checked command=INSERT verdict=leaks channel=covert
-- expect: table=c.plain command=INSERT verdict=isolated channel=covert
-- expect: table=c.plain command=UPDATE verdict=isolated channel=covert
-- expect: table=c.plain command=DELETE verdict=isolated channel=covert
-- why: what becomes of a row of one's own may hang on the rows of others: by conditions of every command, rules, defaults and checks

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.next_no() returns int language sql security definer as $$ select null::int $$;
create function c.is_free(t text) returns boolean language sql stable security definer as $$ select true $$;
create table c.used (note text, clinic int not null);
create table c.asked (id uuid primary key default gen_random_uuid(), clinic int not null, note text); alter table c.asked enable row level security; create policy own on c.asked for select using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select, insert, update (note), delete on c.asked to desk; create policy i on c.asked for insert with check (clinic = nullif(current_setting('app.clinic', true), '')::int and c.is_free(note)); create policy u on c.asked for update using (clinic = nullif(current_setting('app.clinic', true), '')::int and c.is_free(note)); create policy d on c.asked for delete using (clinic = nullif(current_setting('app.clinic', true), '')::int and c.is_free(note));
create table c.ruled (id uuid primary key default gen_random_uuid(), clinic int not null, note text); alter table c.ruled enable row level security; create policy own on c.ruled using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select, insert on c.ruled to desk; create rule r as on insert to c.ruled where exists (select 1 from c.used u where u.note = new.note) do instead nothing;
create table c.counted (id uuid primary key default gen_random_uuid(), clinic int not null, note text, no int default c.next_no()); alter table c.counted enable row level security; create policy own on c.counted using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select, insert on c.counted to desk;
create table c.checked (id uuid primary key default gen_random_uuid(), clinic int not null, note text check (c.is_free(note))); alter table c.checked enable row level security; create policy own on c.checked using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select, insert on c.checked to desk;
create table c.plain (id uuid primary key default gen_random_uuid(), clinic int not null, note text check (length(note) < 50), at timestamptz default now()); alter table c.plain enable row level security; create policy own on c.plain using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select, insert, update, delete on c.plain to desk;
create or replace function c.next_no() returns int language sql security definer as $$ select max(no) + 1 from c.counted $$;
create or replace function c.is_free(t text) returns boolean language plpgsql stable security definer as $$ begin return not exists (select 1 from c.used u where u.note = t); end $$;

reset role;

-- @seed
insert into c.asked (clinic, note) values (1, 'taken'); insert into c.used values ('taken', 2); insert into c.counted (clinic, no) values (2, 41); insert into c.plain (clinic, note) values (1, 'x'), (2, 'taken');

-- check: c.asked INSERT channel=covert as=A :: differs> insert into c.asked (clinic, note) values (1, 'new') ||| insert into c.asked (clinic, note) values (1, 'taken')
-- check: c.asked UPDATE channel=covert as=A :: update c.asked set note = 'new' ;; owner> select count(*) > 0 from c.asked where clinic = 1 and note = 'taken'
-- check: c.asked DELETE channel=covert as=A :: delete from c.asked ;; owner> select count(*) > 0 from c.asked where clinic = 1
-- check: c.ruled INSERT channel=covert as=A :: insert into c.ruled (clinic, note) values (1, 'taken') ;; select count(*) = 0 from c.ruled where note = 'taken'
-- check: c.counted INSERT channel=covert as=A :: insert into c.counted (clinic, note) values (1, 'x') ;; select count(*) > 0 from c.counted where no = 42
-- check: c.checked INSERT channel=covert as=A :: differs> insert into c.checked (clinic, note) values (1, 'new') ||| insert into c.checked (clinic, note) values (1, 'taken')
-- check: c.plain INSERT channel=covert as=A :: differs> insert into c.plain (clinic, note) values (1, 'new') ||| insert into c.plain (clinic, note) values (1, 'taken')
-- check: c.plain UPDATE channel=covert as=A :: differs> update c.plain set note = 'new' ||| update c.plain set note = 'taken'
-- check: c.plain DELETE channel=covert as=A :: differs> delete from c.plain where note = 'taken' ||| delete from c.plain where note = 'new'
