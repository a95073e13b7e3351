-- case: 341-ways-out-of-a-block
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.past(integer)
-- tenant: c.past_two(integer)
-- tenant: c.own(integer)
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.past(integer) command=DELETE verdict=leaks
-- expect: table=c.past_two(integer) command=DELETE verdict=leaks
-- expect: table=c.own(integer) command=DELETE verdict=isolated
-- why: EXIT goes past a check that stands in the block it leaves

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text not null);
alter table c.visits enable row level security;
create function c.past(k int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  <<b>> begin
    if k is not null then exit b; end if;
    if k is distinct from current_setting('app.clinic', true)::int then raise exception 'not yours'; end if;
  end b;
  delete from visits where clinic = k;
end $$;
create function c.past_two(k int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  <<b>> begin
    loop exit b when true; end loop;
    if k is distinct from current_setting('app.clinic', true)::int then raise exception 'not yours'; end if;
  end b;
  delete from visits where clinic = k;
end $$;
create function c.own(k int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  <<b>> begin
    if k = current_setting('app.clinic', true)::int then exit b; end if;
    raise exception 'not yours';
  end b;
  delete from visits where clinic = k;
end $$;
reset role;

-- @seed
insert into c.visits values (1, 1, 'ada'), (2, 1, 'abe'), (3, 2, 'bob'), (4, 2, 'ben');

-- check: c.past(integer) DELETE as=A :: select c.past(2) ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.past_two(integer) DELETE as=A :: select c.past_two(2) ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.own(integer) DELETE as=A :: select c.own(2) ;; owner> select not exists (select from c.visits where clinic = 2)
