-- case: 446-stored-objects
-- threat: dml
-- null-tenant: foreign
-- tenant: c.objects.org_id
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=case_user settings={} claims={"sub":"aaaaaaaa-0000-4000-8000-000000000001","role":"case_user","email":"ada@red.example"}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=case_user settings={} claims={"sub":"bbbbbbbb-0000-4000-8000-000000000002","role":"case_user","email":"bob@blue.example"}
-- membership: c.members user=user_id tenant=org_id session=auth.uid()
-- expect: table=c.objects command=SELECT verdict=isolated
-- expect: table=c.objects command=INSERT verdict=leaks
-- expect: table=c.objects command=UPDATE verdict=leaks
-- expect: table=c.objects command=DELETE verdict=isolated
-- why: the path of a stored file says whose it is, when it is made and when it is renamed

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_user nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_anon nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to case_user, case_anon;
create schema auth authorization keeper;
grant usage on schema auth to case_user, case_anon;
set role keeper;
create function auth.uid() returns uuid language sql stable as $$ select nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid $$;
create function auth.jwt() returns jsonb language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
create table c.members (org_id uuid not null, user_id uuid not null, role text not null default 'member', primary key (org_id, user_id));
alter table c.members enable row level security;
create policy own on c.members for select to case_user using (user_id = auth.uid());
grant select on c.members to case_user;
create function c.my_orgs() returns setof uuid language sql stable security definer set search_path = '' as $$ select m.org_id from c.members m where m.user_id = auth.uid() $$;
create table c.buckets (id text primary key, public boolean not null default false);
create table c.objects (id uuid primary key default gen_random_uuid(), bucket_id text not null references c.buckets, name text not null, owner uuid default auth.uid(), org_id uuid generated always as (nullif(split_part(name, '/', 1), '')::uuid) stored, metadata jsonb, unique (bucket_id, name));
create function c.foldername(name text) returns text[] language sql immutable as $$ select (string_to_array(name, '/'))[1 : array_length(string_to_array(name, '/'), 1) - 1] $$;
alter table c.objects enable row level security;
create policy see on c.objects for select to case_user using (bucket_id = 'files' and split_part(name, '/', 1) in (select m.org_id::text from c.members m where m.user_id = auth.uid()));
create policy upload on c.objects for insert to case_user with check (bucket_id = 'files' and owner = auth.uid());
create policy rename on c.objects for update to case_user using ((c.foldername(name))[1]::uuid in (select c.my_orgs())) with check (bucket_id in ('files', 'archive'));
create policy remove on c.objects for delete to case_user using (bucket_id = 'files' and (c.foldername(name))[1] in (select m.org_id::text from c.members m where m.user_id = auth.uid()));
grant select, delete on c.objects to case_user; grant insert (bucket_id, name, owner, metadata), update (bucket_id, name, metadata) on c.objects to case_user;
reset role;

-- @seed
insert into c.members values ('a0000000-0000-4000-8000-00000000000a','aaaaaaaa-0000-4000-8000-000000000001','admin'),('b0000000-0000-4000-8000-00000000000b','bbbbbbbb-0000-4000-8000-000000000002','admin');
insert into c.buckets values ('files'), ('archive');
insert into c.objects (bucket_id, name, owner) values ('files', 'a0000000-0000-4000-8000-00000000000a/a.pdf', 'aaaaaaaa-0000-4000-8000-000000000001'), ('files', 'b0000000-0000-4000-8000-00000000000b/b.pdf', 'bbbbbbbb-0000-4000-8000-000000000002');

-- check: c.objects SELECT as=A :: select count(*) > 0 from c.objects where org_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: c.objects INSERT as=A :: insert into c.objects (bucket_id, name) values ('files', 'b0000000-0000-4000-8000-00000000000b/x.pdf') ;; select true
-- check: c.objects UPDATE as=A :: update c.objects set bucket_id = 'archive', name = 'b0000000-0000-4000-8000-00000000000b/z.pdf' ;; owner> select count(*) > 1 from c.objects where org_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: c.objects DELETE as=A :: delete from c.objects ;; owner> select count(*) = 0 from c.objects where org_id = 'b0000000-0000-4000-8000-00000000000b'
