-- case: 686-paths-into-a-token
-- threat: dml
-- tenant: c.campaigns.org_id
-- tenant: c.letters.org_id
-- tenant: c.sends.org_id
-- tenant: c.stamps.org_id
-- tenant: c.prints.org_id
-- tenant: c.quotas.org_id
-- tenant: c.drafts.org_id
-- untrusted: claims.user_metadata
-- null-tenant: foreign
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=app_user settings={} claims={"app_metadata":{"orgs":["a0000000-0000-4000-8000-00000000000a"]},"user_metadata":{"locale":"sv"}}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=app_user settings={} claims={"app_metadata":{"orgs":["b0000000-0000-4000-8000-00000000000b"]},"user_metadata":{"locale":"pt"}}
-- expect: table=c.campaigns command=UPDATE verdict=leaks
-- expect: table=c.letters command=UPDATE verdict=leaks
-- expect: table=c.sends command=UPDATE verdict=leaks
-- expect: table=c.stamps command=UPDATE verdict=leaks
-- expect: table=c.prints command=UPDATE verdict=leaks
-- expect: table=c.quotas command=SELECT verdict=isolated
-- expect: table=c.quotas command=UPDATE verdict=isolated
-- expect: table=c.drafts command=UPDATE verdict=isolated
-- why: what the caller may choose of a token is asked for by paths, by what it holds and below further keys

do $$
declare r text;
begin
  foreach r in array array['rls_owner','app_user'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema c authorization rls_owner;
grant usage on schema c to app_user;
set role rls_owner;
create table c.campaigns (id int primary key, org_id uuid not null, note text not null);
alter table c.campaigns enable row level security;
create table c.letters (id int primary key, org_id uuid not null, note text not null);
alter table c.letters enable row level security;
create table c.sends (id int primary key, org_id uuid not null, note text not null);
alter table c.sends enable row level security;
create table c.stamps (id int primary key, org_id uuid not null, note text not null);
alter table c.stamps enable row level security;
create table c.prints (id int primary key, org_id uuid not null, note text not null);
alter table c.prints enable row level security;
create table c.quotas (id int primary key, org_id uuid not null, note text not null);
alter table c.quotas enable row level security;
create table c.drafts (id int primary key, org_id uuid not null, note text not null);
alter table c.drafts enable row level security;
create function c.claims() returns jsonb language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;
create policy o on c.campaigns using (c.claims() #> '{app_metadata,orgs}' ? org_id::text);
create policy u on c.campaigns for update using ((c.claims() #>> '{user_metadata,admin}')::boolean);
create policy o on c.letters using (c.claims() #> '{app_metadata,orgs}' ? org_id::text);
create policy u on c.letters for update using ((c.claims() #>> array['user_metadata', 'admin'])::boolean);
create policy o on c.sends using (c.claims() #> '{app_metadata,orgs}' ? org_id::text);
create policy u on c.sends for update using ((c.claims() -> 'user_metadata' -> 'may' ->> 'post') = 'on');
create policy o on c.stamps using (c.claims() #> '{app_metadata,orgs}' ? org_id::text);
create policy u on c.stamps for update using (c.claims() @> '{"user_metadata": {"staff": true}}');
create policy o on c.prints using (c.claims() #> '{app_metadata,orgs}' ? org_id::text);
create policy u on c.prints for update using (jsonb_extract_path_text(c.claims(), 'user_metadata', 'staff') = 'yes');
create policy o on c.quotas using (c.claims() #> '{app_metadata,orgs}' ? org_id::text and (c.claims() #>> '{user_metadata,admin}')::boolean is not false);
create policy o on c.drafts using ((c.claims() #> '{app_metadata,orgs}' ? org_id::text) and (c.claims() #>> '{app_metadata,admin}')::boolean is null);
grant update on c.campaigns,c.letters,c.sends,c.stamps,c.prints,c.quotas,c.drafts to app_user;
grant select on c.quotas to app_user;
reset role;

-- @seed
insert into c.campaigns values (1,'a0000000-0000-4000-8000-00000000000a','one'),(2,'a0000000-0000-4000-8000-00000000000a','two'),(3,'b0000000-0000-4000-8000-00000000000b','three'),(4,'b0000000-0000-4000-8000-00000000000b','four');
insert into c.letters values (1,'a0000000-0000-4000-8000-00000000000a','one'),(2,'a0000000-0000-4000-8000-00000000000a','two'),(3,'b0000000-0000-4000-8000-00000000000b','three'),(4,'b0000000-0000-4000-8000-00000000000b','four');
insert into c.sends values (1,'a0000000-0000-4000-8000-00000000000a','one'),(2,'a0000000-0000-4000-8000-00000000000a','two'),(3,'b0000000-0000-4000-8000-00000000000b','three'),(4,'b0000000-0000-4000-8000-00000000000b','four');
insert into c.stamps values (1,'a0000000-0000-4000-8000-00000000000a','one'),(2,'a0000000-0000-4000-8000-00000000000a','two'),(3,'b0000000-0000-4000-8000-00000000000b','three'),(4,'b0000000-0000-4000-8000-00000000000b','four');
insert into c.prints values (1,'a0000000-0000-4000-8000-00000000000a','one'),(2,'a0000000-0000-4000-8000-00000000000a','two'),(3,'b0000000-0000-4000-8000-00000000000b','three'),(4,'b0000000-0000-4000-8000-00000000000b','four');
insert into c.quotas values (1,'a0000000-0000-4000-8000-00000000000a','one'),(2,'a0000000-0000-4000-8000-00000000000a','two'),(3,'b0000000-0000-4000-8000-00000000000b','three'),(4,'b0000000-0000-4000-8000-00000000000b','four');
insert into c.drafts values (1,'a0000000-0000-4000-8000-00000000000a','one'),(2,'a0000000-0000-4000-8000-00000000000a','two'),(3,'b0000000-0000-4000-8000-00000000000b','three'),(4,'b0000000-0000-4000-8000-00000000000b','four');

-- check: c.campaigns UPDATE as=A :: claims> {"user_metadata":{"admin":true}} ;; update c.campaigns set note = 'zz' ;; owner> select exists (select from c.campaigns where org_id = 'b0000000-0000-4000-8000-00000000000b' and note = 'zz')
-- check: c.letters UPDATE as=A :: claims> {"user_metadata":{"admin":"true"}} ;; update c.letters set note = 'zz' ;; owner> select exists (select from c.letters where org_id = 'b0000000-0000-4000-8000-00000000000b' and note = 'zz')
-- check: c.sends UPDATE as=A :: claims> {"user_metadata":{"may":{"post":"on"}}} ;; update c.sends set note = 'zz' ;; owner> select exists (select from c.sends where org_id = 'b0000000-0000-4000-8000-00000000000b' and note = 'zz')
-- check: c.stamps UPDATE as=A :: claims> {"user_metadata":{"staff":true}} ;; update c.stamps set note = 'zz' ;; owner> select exists (select from c.stamps where org_id = 'b0000000-0000-4000-8000-00000000000b' and note = 'zz')
-- check: c.prints UPDATE as=A :: claims> {"user_metadata":{"staff":"yes"}} ;; update c.prints set note = 'zz' ;; owner> select exists (select from c.prints where org_id = 'b0000000-0000-4000-8000-00000000000b' and note = 'zz')
-- check: c.quotas SELECT as=A :: select exists (select from c.quotas where org_id::text is distinct from 'a0000000-0000-4000-8000-00000000000a')
-- check: c.quotas UPDATE as=A :: try> update c.quotas set note = 'zz' ;; owner> select exists (select from c.quotas where org_id::text is distinct from 'a0000000-0000-4000-8000-00000000000a' and note = 'zz')
-- check: c.drafts UPDATE as=A :: try> update c.drafts set note = 'zz' ;; owner> select exists (select from c.drafts where org_id::text is distinct from 'a0000000-0000-4000-8000-00000000000a' and note = 'zz')
