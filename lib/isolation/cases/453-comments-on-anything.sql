-- case: 453-comments-on-anything
-- threat: dml
-- null-tenant: foreign
-- tenant: c.posts.tenant_id
-- tenant: c.comments.tenant_id
-- tenant: c.reactions.tenant_id
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=case_app settings={"app.tenant":"a0000000-0000-4000-8000-00000000000a","app.user_id":"aaaaaaaa-0000-4000-8000-000000000001"}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=case_app settings={"app.tenant":"b0000000-0000-4000-8000-00000000000b","app.user_id":"bbbbbbbb-0000-4000-8000-000000000002"}
-- expect: table=c.posts command=SELECT verdict=isolated
-- expect: table=c.comments command=SELECT verdict=leaks
-- expect: table=c.comments command=INSERT verdict=leaks
-- expect: table=c.comments command=UPDATE verdict=leaks
-- expect: table=c.comments command=DELETE verdict=leaks
-- expect: table=c.reactions command=SELECT verdict=isolated
-- expect: table=c.reactions command=INSERT verdict=isolated
-- why: a comment belongs to what it is about, of every kind it may be about

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role case_app nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to case_app;
set role keeper;
create function c.tenant() returns uuid language sql stable as $$ select nullif(current_setting('app.tenant', true), '')::uuid $$;
create function c.user_id() returns uuid language sql stable as $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;
create table c.posts (id bigint primary key, tenant_id uuid not null default c.tenant(), title text not null);
create table c.pages (id bigint primary key, title text not null);
create table c.comments (id bigint primary key, tenant_id uuid not null default c.tenant(), commentable_type text not null, commentable_id bigint not null, body text not null);
create table c.reactions (id bigint primary key, tenant_id uuid not null default c.tenant(), comment_id bigint not null references c.comments, emoji text not null);
alter table c.posts enable row level security; alter table c.comments enable row level security; alter table c.reactions enable row level security;
create policy tenant on c.posts using (tenant_id = c.tenant()) with check (tenant_id = c.tenant());
create policy tenant on c.comments using (case commentable_type when 'Post' then exists (select from c.posts p where p.id = commentable_id and p.tenant_id = comments.tenant_id) when 'Page' then exists (select from c.pages g where g.id = commentable_id) else tenant_id = c.tenant() end);
create policy tenant on c.reactions using (exists (select from c.comments k where k.id = comment_id and k.tenant_id = reactions.tenant_id) and tenant_id = c.tenant());
grant select, insert, update, delete on c.posts, c.comments, c.reactions to case_app; grant select on c.pages to case_app;
reset role;

-- @seed
insert into c.pages values (1, 'home');
insert into c.posts values (1, 'a0000000-0000-4000-8000-00000000000a', 'red'), (2, 'b0000000-0000-4000-8000-00000000000b', 'blue');
insert into c.comments values (1, 'a0000000-0000-4000-8000-00000000000a', 'Post', 1, 'red'), (2, 'b0000000-0000-4000-8000-00000000000b', 'Post', 2, 'blue'), (3, 'b0000000-0000-4000-8000-00000000000b', 'Page', 1, 'blue');
insert into c.reactions values (1, 'a0000000-0000-4000-8000-00000000000a', 1, '+'), (2, 'b0000000-0000-4000-8000-00000000000b', 2, '+');

-- check: c.posts SELECT as=A :: select count(*) > 0 from c.posts where tenant_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: c.comments SELECT as=A :: select count(*) > 0 from c.comments where tenant_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: c.comments INSERT as=A :: insert into c.comments values (9, 'b0000000-0000-4000-8000-00000000000b', 'Page', 1, 'x') ;; select true
-- check: c.comments UPDATE as=A :: update c.comments set body = 'x' ;; owner> select count(*) > 0 from c.comments where tenant_id = 'b0000000-0000-4000-8000-00000000000b' and body = 'x'
-- check: c.comments DELETE as=A :: delete from c.comments where id = 3 ;; owner> select count(*) = 0 from c.comments where id = 3
-- check: c.reactions SELECT as=A :: select count(*) > 0 from c.reactions where tenant_id = 'b0000000-0000-4000-8000-00000000000b'
-- check: c.reactions INSERT as=A :: insert into c.reactions values (9, 'b0000000-0000-4000-8000-00000000000b', 2, '-') ;; select true
