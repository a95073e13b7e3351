-- case: 387-rooms-and-their-messages
-- threat: dml
-- null-tenant: foreign
-- tenant: c.messages.room_id
-- tenant: c.presence.room_id
-- tenant: c.reactions.room_id
-- principal: name=A tenant=a0000000-0000-0000-0000-00000000000a role=case_user settings={} claims={"sub":"aaaaaaaa-0000-0000-0000-000000000001","role":"case_user"}
-- principal: name=B tenant=b0000000-0000-0000-0000-00000000000b role=case_user settings={} claims={"sub":"bbbbbbbb-0000-0000-0000-000000000002","role":"case_user"}
-- membership: c.room_members user=user_id tenant=room_id session=auth.uid()
-- expect: table=c.messages command=SELECT verdict=isolated
-- expect: table=c.messages command=INSERT verdict=isolated
-- expect: table=c.presence command=UPDATE verdict=leaks
-- expect: table=c.presence command=SELECT verdict=leaks
-- expect: table=c.reactions command=SELECT verdict=isolated
-- expect: table=c.reactions command=INSERT verdict=leaks
-- why: who is in a room sees its messages, whose room may be written

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

create table c.room_members (room_id uuid not null, user_id uuid not null, muted boolean not null default false, banned_at timestamptz, primary key (room_id, user_id));
create table c.messages (id bigint generated always as identity primary key, room_id uuid not null, author uuid not null default auth.uid(), body text, payload jsonb not null default '{}');
create table c.presence (user_id uuid primary key, room_id uuid not null, at timestamptz not null default now());
create table c.reactions (message_id bigint not null references c.messages on delete cascade, user_id uuid not null default auth.uid(), room_id uuid not null, emoji text not null, primary key (message_id, user_id, emoji));
create function c.in_room(r uuid) returns boolean language plpgsql stable security definer set search_path = '' as $$ begin return exists (select 1 from c.room_members m where m.room_id = r and m.user_id = (select auth.uid()) and m.banned_at is null); end $$;
alter table c.room_members enable row level security; alter table c.messages enable row level security; alter table c.presence enable row level security; alter table c.reactions enable row level security;
create policy me on c.room_members for select to case_user using (user_id = (select auth.uid()));
create policy mute on c.room_members for update to case_user using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy r on c.messages for select to case_user using (c.in_room(room_id));
create policy i on c.messages for insert to case_user with check (c.in_room(room_id) and author = (select auth.uid()));
create policy r on c.presence for select to case_user using (c.in_room(room_id));
create policy u on c.presence to case_user using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy a on c.reactions to case_user using (exists (select 1 from c.messages m where m.id = reactions.message_id and m.room_id = reactions.room_id)) with check (user_id = (select auth.uid()) and exists (select 1 from c.messages m where m.id = message_id));
grant select on c.room_members to case_user; grant update (muted) on c.room_members to case_user;
grant select, insert (room_id, body, payload) on c.messages to case_user; grant select, insert, update on c.presence to case_user;
grant select, insert on c.reactions to case_user; grant execute on all functions in schema c to case_user;
reset role;

-- @seed
insert into c.room_members values ('a0000000-0000-0000-0000-00000000000a','aaaaaaaa-0000-0000-0000-000000000001'),('b0000000-0000-0000-0000-00000000000b','bbbbbbbb-0000-0000-0000-000000000002');
insert into c.messages (room_id, author, body) values ('a0000000-0000-0000-0000-00000000000a','aaaaaaaa-0000-0000-0000-000000000001','x'),('b0000000-0000-0000-0000-00000000000b','bbbbbbbb-0000-0000-0000-000000000002','y');
insert into c.presence values ('aaaaaaaa-0000-0000-0000-000000000001','a0000000-0000-0000-0000-00000000000a'),('bbbbbbbb-0000-0000-0000-000000000002','b0000000-0000-0000-0000-00000000000b');

-- check: c.messages SELECT as=A :: update c.room_members set muted = true ;; select count(*) > 0 from c.messages where room_id = 'b0000000-0000-0000-0000-00000000000b'
-- check: c.messages INSERT as=A :: insert into c.messages (room_id, body) values ('b0000000-0000-0000-0000-00000000000b','z') ;; select true
-- check: c.presence UPDATE as=A :: update c.presence set room_id = 'b0000000-0000-0000-0000-00000000000b' ;; owner> select count(*) > 1 from c.presence where room_id = 'b0000000-0000-0000-0000-00000000000b'
-- check: c.presence SELECT as=A :: update c.presence set room_id = 'b0000000-0000-0000-0000-00000000000b' where user_id = 'aaaaaaaa-0000-0000-0000-000000000001' ;; select count(*) > 0 from c.presence where room_id = 'b0000000-0000-0000-0000-00000000000b'
-- check: c.reactions SELECT as=A :: select count(*) > 0 from c.reactions where room_id = 'b0000000-0000-0000-0000-00000000000b'
-- check: c.reactions INSERT as=A :: insert into c.reactions (message_id, room_id, emoji) values (1,'b0000000-0000-0000-0000-00000000000b','x') ;; select true
