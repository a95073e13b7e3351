-- case: 482-members-nobody-has-entered
-- threat: dml
-- null-tenant: foreign
-- tenant: c.drafts.team
-- tenant: c.files.team
-- tenant: c.notes.team
-- tenant: c.members.team
-- principal: name=A tenant=1 role=desk settings={"app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.user":"22"}
-- membership: c.members user=person tenant=team session="nullif(current_setting('app.user', true), '')::int"
-- why: a table of members that holds nobody yet proves nothing: the session is taken for a member of its tenants
-- expect: table=c.members command=SELECT verdict=isolated
-- expect: table=c.members command=INSERT verdict=isolated
-- expect: table=c.notes command=SELECT verdict=isolated
-- expect: table=c.notes command=INSERT verdict=isolated
-- expect: table=c.notes command=UPDATE verdict=isolated
-- expect: table=c.files command=SELECT verdict=isolated
-- expect: table=c.files command=INSERT verdict=leaks
-- expect: table=c.drafts command=SELECT verdict=leaks
-- expect: table=c.drafts command=UPDATE verdict=isolated

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper; grant usage on schema c to desk;
set role keeper;
create table c.members (person int not null, team int not null, rank text not null check (rank in ('member', 'lead')), primary key (person, team));
create table c.notes (id int primary key, team int not null, body text);
create table c.files (id int primary key, team int not null, note int not null references c.notes);
create table c.drafts (id int primary key, team int not null, body text);
create function c.me() returns int language sql stable as $$ select nullif(current_setting('app.user', true), '')::int $$;
create function c.teams() returns setof int language sql stable security definer set search_path = c, pg_temp as $$ select team from members where person = c.me() $$;
alter table c.members enable row level security; alter table c.notes enable row level security; alter table c.files enable row level security; alter table c.drafts enable row level security;
create policy s on c.members for select using (team in (select c.teams()));
create policy i on c.members for insert with check (rank = 'member' and person <> c.me() and team in (select c.teams()));
create policy p on c.notes using (team in (select c.teams()));
create policy s on c.files for select using (team in (select c.teams()));
create policy i on c.files for insert with check (note in (select id from c.notes));
create policy s on c.drafts for select using (team in (select c.teams()) or exists (select from c.members m where m.person = c.me() and m.rank = 'lead'));
create policy u on c.drafts for update using (team in (select c.teams())) with check (team in (select c.teams()));
grant select, insert on c.members, c.files to desk; grant select, insert, update on c.notes to desk; grant select, update on c.drafts to desk;
reset role;

-- @seed
insert into c.notes values (1,1,'a'),(2,2,'b'); insert into c.files values (1,1,1),(2,2,2); insert into c.drafts values (1,1,'a'),(2,2,'b');

-- check: c.files INSERT as=A :: owner> insert into c.members values (11, 1, 'member') ;; insert into c.files values (9, 2, 1) ;; select true
-- check: c.drafts SELECT as=A :: owner> insert into c.members values (11, 1, 'lead') ;; select count(*) > 0 from c.drafts where team = 2
-- check: c.members INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.members rw where coalesce(rw.team::text not in ('1'), true)), '') as h ;; insert into c.members values (11, 2, 'member') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.members rw where coalesce(rw.team::text not in ('1'), true)), '') from z
-- check: c.notes INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.team::text not in ('1'), true)), '') as h ;; insert into c.notes values (9, 2, 'x') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.team::text not in ('1'), true)), '') from z
-- check: c.notes UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.team::text not in ('1'), true)), '') as h ;; update c.notes set team = 2 ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.notes rw where coalesce(rw.team::text not in ('1'), true)), '') from z
-- check: c.drafts UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.drafts rw where coalesce(rw.team::text not in ('1'), true)), '') as h ;; update c.drafts set body = 'x' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.drafts rw where coalesce(rw.team::text not in ('1'), true)), '') from z
-- check: c.members SELECT as=A :: select count(*) > 0 from c.members rw where coalesce(rw.team::text not in ('1'), true)
-- check: c.members SELECT as=B :: select count(*) > 0 from c.members rw where coalesce(rw.team::text not in ('2'), true)
-- check: c.notes SELECT as=A :: select count(*) > 0 from c.notes rw where coalesce(rw.team::text not in ('1'), true)
-- check: c.notes SELECT as=B :: select count(*) > 0 from c.notes rw where coalesce(rw.team::text not in ('2'), true)
-- check: c.files SELECT as=A :: select count(*) > 0 from c.files rw where coalesce(rw.team::text not in ('1'), true)
-- check: c.files SELECT as=B :: select count(*) > 0 from c.files rw where coalesce(rw.team::text not in ('2'), true)
-- check: c.drafts SELECT as=A :: select count(*) > 0 from c.drafts rw where coalesce(rw.team::text not in ('1'), true)
-- check: c.drafts SELECT as=B :: select count(*) > 0 from c.drafts rw where coalesce(rw.team::text not in ('2'), true)
