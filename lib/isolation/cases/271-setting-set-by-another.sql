-- case: 271-setting-set-by-another
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- principal: name=A tenant=1 role=desk settings={"app.usr":"1","app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.usr":"2","app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- why: one function sets who is asking, another then lets that person in

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null);
create table c.members (usr int not null, clinic int not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = nullif(current_setting('app.clinic', true), '')::int);
create function c.be(p text) returns text language sql as $$ select set_config('app.usr', p, false) $$;
create function c.enter(p int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  if exists (select from c.members m where m.usr = current_setting('app.usr', true)::int and m.clinic = p) then
    perform set_config('app.clinic', p::text, false);
  end if;
end $$;
grant select on c.visits to desk;
reset role;

-- @seed
insert into c.members values (1, 1), (2, 2);
insert into c.visits values (1, 1), (2, 2);

-- check: c.visits SELECT as=A :: select c.be('2') ;; select c.enter(2) ;; select count(*) > 0 from c.visits where clinic = 2
