-- case: 242-error-quotes-the-row
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.find(integer)
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.find(integer) command=SELECT verdict=leaks channel=covert
-- why: the refusal quotes the note it refuses to show

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create function c.find(p int) returns text language plpgsql stable security definer set search_path = c, pg_temp as $$ declare v c.visits; begin select * into v from c.visits where id = p; if v.clinic is distinct from current_setting('app.clinic', true)::int then raise exception 'visit % (%) is of another clinic', p, v.note; end if; return v.note; end $$;
grant select on c.visits to desk;
grant execute on function c.find(integer) to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.find(integer) SELECT channel=covert as=A :: err[bob]> select c.find(3)
