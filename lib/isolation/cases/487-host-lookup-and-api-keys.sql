-- case: 487-host-lookup-and-api-keys
-- threat: dml
-- null-tenant: foreign
-- tenant: c.webhooks.site_id
-- tenant: c.api_calls.site_id
-- tenant: c.pages.site_id
-- principal: name=A tenant=1 role=gw settings={"gw.host":"a.example","gw.key":"ka"}
-- principal: name=B tenant=2 role=gw settings={"gw.host":"b.example","gw.key":"kb"}
-- principal: name=N tenant=none role=gw settings={"gw.host":"nowhere","gw.key":""}
-- expect: table=c.pages command=SELECT verdict=isolated
-- expect: table=c.pages command=INSERT verdict=isolated
-- expect: table=c.pages command=UPDATE verdict=isolated
-- expect: table=c.api_calls command=SELECT verdict=isolated
-- expect: table=c.api_calls command=INSERT verdict=isolated
-- expect: table=c.webhooks command=SELECT verdict=leaks
-- expect: table=c.webhooks command=UPDATE verdict=isolated

do $$ begin create role gw_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role gw nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization gw_owner; grant usage on schema c to gw;
set role gw_owner;
create table c.sites (id int primary key, host text not null unique, key_hash text unique, trial boolean not null default false);
create table c.pages (id int primary key, site_id int not null, body text);
create table c.api_calls (id int primary key, site_id int not null);
create table c.webhooks (id int primary key, site_id int not null, url text);
create function c.site_of_host() returns int language sql stable security definer set search_path = c, pg_temp as $$ select id from sites where host = lower(current_setting('gw.host', true)) $$;
create function c.site_of_key() returns int language sql stable security definer set search_path = c, pg_temp as $$ select id from sites where key_hash = md5(current_setting('gw.key', true)) $$;
create function c.site_or_trial() returns int language plpgsql stable security definer set search_path = c, pg_temp as $$
declare s int;
begin
  select id into s from sites where key_hash = md5(current_setting('gw.key', true));
  if s is null then select id into s from sites where trial order by id limit 1; end if;
  return s;
end $$;
alter table c.pages enable row level security; alter table c.api_calls enable row level security; alter table c.webhooks enable row level security;
create policy p on c.pages using (site_id = (select c.site_of_host()));
create policy p on c.api_calls using (site_id = c.site_of_key() and c.site_of_key() = c.site_of_host());
create policy p on c.webhooks for select using (site_id = c.site_or_trial());
create policy u on c.webhooks for update using (site_id = (select c.site_of_key()));
grant select, insert, update on c.pages to gw; grant select, insert on c.api_calls to gw; grant select, update on c.webhooks to gw;
reset role;
-- @seed
insert into c.sites values (1,'a.example',md5('ka'),false),(2,'b.example',md5('kb'),true);
insert into c.pages values (1,1,'a'),(2,2,'b'); insert into c.api_calls values (1,1),(2,2); insert into c.webhooks values (1,1,'a'),(2,2,'b');

-- check: c.pages INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.pages rw where coalesce(rw.site_id::text not in ('1'), true)), '') as h ;; insert into c.pages values (9,2,'x') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.pages rw where coalesce(rw.site_id::text not in ('1'), true)), '') from z
-- check: c.pages UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.pages rw where coalesce(rw.site_id::text not in ('1'), true)), '') as h ;; update c.pages set body='q' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.pages rw where coalesce(rw.site_id::text not in ('1'), true)), '') from z
-- check: c.api_calls INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.api_calls rw where coalesce(rw.site_id::text not in ('1'), true)), '') as h ;; insert into c.api_calls values (9,2) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.api_calls rw where coalesce(rw.site_id::text not in ('1'), true)), '') from z
-- check: c.webhooks SELECT as=N :: select count(*)>0 from c.webhooks
-- check: c.webhooks UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.webhooks rw where coalesce(rw.site_id::text not in ('1'), true)), '') as h ;; update c.webhooks set url='q' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.webhooks rw where coalesce(rw.site_id::text not in ('1'), true)), '') from z
-- check: c.pages SELECT as=A :: select count(*) > 0 from c.pages rw where coalesce(rw.site_id::text not in ('1'), true)
-- check: c.pages SELECT as=B :: select count(*) > 0 from c.pages rw where coalesce(rw.site_id::text not in ('2'), true)
-- check: c.api_calls SELECT as=A :: select count(*) > 0 from c.api_calls rw where coalesce(rw.site_id::text not in ('1'), true)
-- check: c.api_calls SELECT as=B :: select count(*) > 0 from c.api_calls rw where coalesce(rw.site_id::text not in ('2'), true)
-- check: c.webhooks SELECT as=A :: select count(*) > 0 from c.webhooks rw where coalesce(rw.site_id::text not in ('1'), true)
-- check: c.webhooks SELECT as=B :: select count(*) > 0 from c.webhooks rw where coalesce(rw.site_id::text not in ('2'), true)
