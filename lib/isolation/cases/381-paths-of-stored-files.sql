-- case: 381-paths-of-stored-files
-- threat: dml
-- null-tenant: foreign
-- tenant: c.objects.org_id
-- principal: name=A tenant=a0000000-0000-0000-0000-00000000000a role=case_user settings={} claims={"sub":"aaaaaaaa-0000-0000-0000-000000000001","role":"case_user"}
-- principal: name=B tenant=b0000000-0000-0000-0000-00000000000b role=case_user settings={} claims={"sub":"bbbbbbbb-0000-0000-0000-000000000002","role":"case_user"}
-- expect: table=c.objects command=SELECT verdict=isolated
-- expect: table=c.objects command=INSERT verdict=isolated
-- expect: table=c.objects command=DELETE verdict=isolated
-- why: folders of a path, by slices and by parts of the name

do $$ begin create role case_user nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_anon nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_service nologin bypassrls; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema auth authorization keeper;
create schema c authorization keeper;
grant usage on schema auth, c to case_user, case_anon, case_service;
set role keeper;
create function auth.uid() returns uuid language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
create function auth.jwt() returns jsonb language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
create function auth.role() returns text language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'))::text $$;

create table c.members (org_id uuid not null, user_id uuid not null, primary key (org_id, user_id));
create function c.foldername(name text) returns text[] language plpgsql immutable as $$ declare parts text[]; begin select string_to_array(name, '/') into parts; return parts[1 : array_length(parts, 1) - 1]; end $$;
create table c.objects (id uuid primary key default gen_random_uuid(), bucket_id text not null, name text not null, owner uuid, org_id uuid generated always as ((string_to_array(name, '/'))[1]::uuid) stored);
alter table c.objects enable row level security;
create policy r on c.objects for select to case_user using (bucket_id = 'org' and (c.foldername(name))[1] in (select m.org_id::text from c.members m where m.user_id = auth.uid()));
create policy i on c.objects for insert to case_user with check (bucket_id = 'org' and (string_to_array(name, '/'))[1] in (select m.org_id::text from c.members m where m.user_id = auth.uid()));
create policy d on c.objects for delete to case_user using (bucket_id = 'org' and split_part(name, '/', 1) in (select m.org_id::text from c.members m where m.user_id = auth.uid()));
grant select, insert, delete on c.objects to case_user; grant select on c.members to case_user;
reset role;

-- @seed
insert into c.members values ('a0000000-0000-0000-0000-00000000000a','aaaaaaaa-0000-0000-0000-000000000001'),('b0000000-0000-0000-0000-00000000000b','bbbbbbbb-0000-0000-0000-000000000002');
insert into c.objects (bucket_id, name) values ('org','a0000000-0000-0000-0000-00000000000a/x.png'),('org','b0000000-0000-0000-0000-00000000000b/y.png');

-- check: c.objects SELECT as=A :: select count(*) > 0 from c.objects where org_id = 'b0000000-0000-0000-0000-00000000000b'
-- check: c.objects INSERT as=A :: insert into c.objects (bucket_id, name) values ('org','b0000000-0000-0000-0000-00000000000b/z') ;; select true
-- check: c.objects DELETE as=A :: delete from c.objects where org_id = 'b0000000-0000-0000-0000-00000000000b' ;; owner> select count(*) = 0 from c.objects where org_id = 'b0000000-0000-0000-0000-00000000000b'
