-- case: 623-parts-of-a-token
-- threat: dml
-- null-tenant: foreign
-- untrusted: claims.user_metadata
-- tenant: c.twice_read.org
-- tenant: c.acting.org
-- tenant: c.fallen_back.org
-- tenant: c.chosen.org
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=authenticated settings={} claims={"sub":"a1000000-0000-4000-8000-0000000000a1","org":"a0000000-0000-4000-8000-00000000000a","impersonating":{"org":"b0000000-0000-4000-8000-00000000000b"},"app_metadata":{"org":"a0000000-0000-4000-8000-00000000000a","tenants":{"main":"a0000000-0000-4000-8000-00000000000a"}},"user_metadata":{"org":"a0000000-0000-4000-8000-00000000000a"}}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=authenticated settings={} claims={"sub":"b1000000-0000-4000-8000-0000000000b1","org":"b0000000-0000-4000-8000-00000000000b","app_metadata":{"org":"b0000000-0000-4000-8000-00000000000b","tenants":{"main":"b0000000-0000-4000-8000-00000000000b"}},"user_metadata":{"org":"b0000000-0000-4000-8000-00000000000b"}}
-- principal: name=N tenant=none role=authenticated settings={} claims={"sub":"e1000000-0000-4000-8000-0000000000e1","user_metadata":{"org":"a0000000-0000-4000-8000-00000000000a"}}
-- expect: table=c.twice_read command=SELECT verdict=isolated
-- expect: table=c.twice_read command=INSERT verdict=isolated
-- expect: table=c.acting command=SELECT verdict=leaks
-- expect: table=c.fallen_back command=SELECT verdict=isolated
-- expect: table=c.chosen command=SELECT verdict=leaks
-- why: a part that is taken as text and read as JSON again is that part; of two parts it is the first that is there
do $$ begin create role api_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role anon nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role authenticated nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role service_role nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization api_owner;
create schema auth authorization api_owner;
create schema private authorization api_owner;
grant usage on schema c, auth to anon, authenticated, service_role;
set role api_owner;
create function auth.jwt() returns jsonb language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
create function auth.uid() returns uuid language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
create function auth.role() returns text language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'))::text $$;
create table c.twice_read (id int primary key, org uuid not null);
create table c.acting (id int primary key, org uuid not null);
create table c.fallen_back (id int primary key, org uuid not null);
create table c.chosen (id int primary key, org uuid not null);
do $$ declare t text; begin foreach t in array array['twice_read','acting','fallen_back','chosen'] loop execute format('alter table c.%I enable row level security', t); end loop; end $$;
create policy p on c.twice_read using (org = ((((current_setting('request.jwt.claims', true))::jsonb ->> 'app_metadata')::jsonb ->> 'tenants')::json ->> 'main')::uuid);
create policy p on c.acting for select using (org::text = coalesce(auth.jwt() -> 'impersonating', auth.jwt()) ->> 'org');
create policy p on c.fallen_back for select using (org::text = coalesce(auth.jwt() -> 'nobody', auth.jwt() -> 'app_metadata') ->> 'org');
create policy p on c.chosen for select using (org::text = coalesce(auth.jwt() -> 'app_metadata', (auth.jwt() ->> 'user_metadata')::jsonb) ->> 'org');
grant select, insert on c.twice_read to authenticated;
grant select on c.acting, c.fallen_back, c.chosen to authenticated;
reset role;

-- @seed
insert into c.twice_read values (1,'a0000000-0000-4000-8000-00000000000a'), (2,'b0000000-0000-4000-8000-00000000000b');
insert into c.acting values (1,'a0000000-0000-4000-8000-00000000000a'), (2,'b0000000-0000-4000-8000-00000000000b');
insert into c.fallen_back values (1,'a0000000-0000-4000-8000-00000000000a'), (2,'b0000000-0000-4000-8000-00000000000b');
insert into c.chosen values (1,'a0000000-0000-4000-8000-00000000000a'), (2,'b0000000-0000-4000-8000-00000000000b');

-- check: c.twice_read INSERT as=A :: try> insert into c.twice_read values (9, 'b0000000-0000-4000-8000-00000000000b') ;; owner> select count(*) > 0 from c.twice_read where id = 9
-- check: c.chosen SELECT as=N :: select count(*) > 0 from c.chosen

-- check: c.twice_read SELECT as=A :: select count(*) > 0 from c.twice_read t where org::text not in ('a0000000-0000-4000-8000-00000000000a')
-- check: c.twice_read SELECT as=B :: select count(*) > 0 from c.twice_read t where org::text not in ('b0000000-0000-4000-8000-00000000000b')
-- check: c.twice_read SELECT as=N :: select count(*) > 0 from c.twice_read t where org::text not in ('nobody')
-- check: c.acting SELECT as=A :: select count(*) > 0 from c.acting t where org::text not in ('a0000000-0000-4000-8000-00000000000a')
-- check: c.acting SELECT as=B :: select count(*) > 0 from c.acting t where org::text not in ('b0000000-0000-4000-8000-00000000000b')
-- check: c.acting SELECT as=N :: select count(*) > 0 from c.acting t where org::text not in ('nobody')
-- check: c.fallen_back SELECT as=A :: select count(*) > 0 from c.fallen_back t where org::text not in ('a0000000-0000-4000-8000-00000000000a')
-- check: c.fallen_back SELECT as=B :: select count(*) > 0 from c.fallen_back t where org::text not in ('b0000000-0000-4000-8000-00000000000b')
-- check: c.fallen_back SELECT as=N :: select count(*) > 0 from c.fallen_back t where org::text not in ('nobody')
