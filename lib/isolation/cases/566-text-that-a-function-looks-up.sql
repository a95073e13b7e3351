-- case: 566-text-that-a-function-looks-up
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=SELECT verdict=leaks
-- why: a function that is told a number and looks up a text may return what the session wrote

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;

create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null, note text); alter table c.t enable row level security; create policy own on c.t for select using (clinic = nullif(current_setting('app.clinic', true), '')::int); grant select on c.t to desk;
create table c.saved (id bigint generated always as identity primary key, q text not null); grant select, insert (q) on c.saved to desk;
create function c.text_of(p bigint) returns text language sql stable security definer as $$ select s.q from c.saved s where s.id = p $$; revoke execute on function c.text_of(bigint) from public;
create function c.run(p bigint) returns int language plpgsql security definer set search_path = '' as $$ begin execute c.text_of(p); return 1; end $$; grant execute on function c.run(bigint) to desk;
reset role;


-- @seed
insert into c.t values (1,1),(2,2);

-- check: c.t SELECT as=A :: insert into c.saved (q) values ('alter table c.t disable row level security') ;; select c.run((select max(id) from c.saved)) ;; select count(*) > 0 from c.t where clinic = 2
