-- case: 442-calendar-feeds
-- threat: dml
-- null-tenant: foreign
-- tenant: c.appointments.clinic_id
-- tenant: c.feed(text)
-- tenant: c.feed_signed(integer,text)
-- tenant: c.feed_random(text)
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2","app.user":"22"}
-- expect: table=c.appointments command=SELECT verdict=isolated
-- expect: table=c.feed(text) command=SELECT verdict=leaks
-- expect: table=c.feed_signed(integer,text) command=SELECT verdict=leaks
-- expect: table=c.feed_random(text) command=SELECT verdict=isolated
-- why: a feed whose address can be worked out is public

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create function c.clinic() returns int language sql stable as $$ select nullif(current_setting('app.clinic', true), '')::int $$;
create function c.me() returns int language sql stable as $$ select nullif(current_setting('app.user', true), '')::int $$;
create table c.appointments (id int primary key, clinic_id int not null, at timestamptz not null, patient text not null);
create table c.feeds (clinic_id int primary key, token uuid not null default gen_random_uuid());
create function c.clinics() returns setof int language sql stable security definer set search_path = '' as $$ select f.clinic_id from c.feeds f $$;
revoke execute on function c.clinics() from public;
alter table c.appointments enable row level security; alter table c.feeds enable row level security;
create policy own on c.appointments using (clinic_id = c.clinic());
create policy own on c.feeds using (clinic_id = c.clinic());
grant select on c.appointments, c.feeds to desk;
create function c.feed(p_token text) returns table (at timestamptz, patient text) language sql stable security definer set search_path = '' as $$
  select a.at, a.patient from c.appointments a where a.clinic_id = (select f.clinic_id from c.feeds f where md5('feed:' || f.clinic_id) = p_token) $$;
create function c.feed_signed(p_clinic int, p_signature text) returns table (at timestamptz, patient text) language plpgsql stable security definer set search_path = '' as $$
begin
  if p_signature is distinct from encode(sha256((p_clinic || '-calendar')::bytea), 'hex') then return; end if;
  return query select a.at, a.patient from c.appointments a where a.clinic_id = p_clinic;
end $$;
create function c.feed_random(p_token text) returns table (at timestamptz, patient text) language sql stable security definer set search_path = '' as $$
  select a.at, a.patient from c.appointments a join c.feeds f on f.clinic_id = a.clinic_id where f.token::text = p_token and f.clinic_id = c.clinic() $$;
reset role;

-- @seed
insert into c.feeds (clinic_id) values (1), (2);
insert into c.appointments values (1, 1, '2026-01-01', 'ada'), (2, 2, '2026-01-01', 'bob');

-- check: c.appointments SELECT as=A :: select count(*) > 0 from c.appointments where clinic_id = 2
-- check: c.feed(text) SELECT as=A :: select count(*) > 0 from c.feed(md5('feed:2')) where patient = 'bob'
-- check: c.feed_signed(integer,text) SELECT as=A :: select count(*) > 0 from c.feed_signed(2, encode(sha256('2-calendar'::bytea), 'hex')) where patient = 'bob'
-- check: c.feed_random(text) SELECT as=A :: select count(*) > 0 from c.feed_random('x') where patient = 'bob'
