-- case: 485-invitation-by-token
-- threat: dml
-- null-tenant: foreign
-- tenant: c.plans.team
-- tenant: c.invites.team
-- tenant: c.staff.team
-- principal: name=A tenant=1 role=member settings={"i.uid":"10","i.mail":"a@x"}
-- principal: name=B tenant=2 role=member settings={"i.uid":"20","i.mail":"b@x"}
-- membership: c.staff user=uid tenant=team session="current_setting('i.uid')::int"
-- expect: table=c.staff command=SELECT verdict=leaks
-- unscored: table=c.staff command=INSERT
-- expect: table=c.invites command=SELECT verdict=leaks
-- expect: table=c.invites command=INSERT verdict=leaks
-- expect: table=c.invites command=DELETE verdict=leaks
-- expect: table=c.plans command=SELECT verdict=leaks
-- expect: table=c.plans command=INSERT verdict=leaks
-- expect: table=c.plans command=UPDATE verdict=leaks
-- expect: table=c.plans command=DELETE verdict=leaks

do $$ begin create role o nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role member nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization o; grant usage on schema c to member;
set role o;
create table c.staff (uid int not null, team int not null, primary key (uid, team));
create table c.invites (token text primary key, team int not null, mail text not null, open boolean not null default true);
create table c.plans (id int primary key, team int not null, body text);
create function c.teams() returns int[] language sql stable security definer set search_path = '' as $$ select array_agg(team) from c.staff where uid = current_setting('i.uid')::int $$;
create function c.accept(t text) returns void language plpgsql security definer set search_path = '' as $$
declare i c.invites;
begin
  select * into strict i from c.invites where token = t and open;
  insert into c.staff(uid, team) values (current_setting('i.uid')::int, i.team) on conflict do nothing;
end $$;
alter table c.staff enable row level security; alter table c.invites enable row level security; alter table c.plans enable row level security;
create policy s on c.staff for select using (team = any (c.teams()));
create policy s on c.invites for select using (open);
create policy i on c.invites for insert with check (team = any (c.teams()));
create policy d on c.invites for delete using (team = any (c.teams()));
create policy p on c.plans using (team = any (c.teams()));
grant select on c.staff to member; grant select, insert, delete on c.invites to member; grant select, insert, update, delete on c.plans to member;
reset role;
-- @seed
insert into c.staff values (10,1),(20,2); insert into c.invites values ('tok-1',1,'q@x'),('tok-2',2,'r@x'); insert into c.plans values (1,1,'a'),(2,2,'b');

-- check: c.staff SELECT as=A :: select c.accept('tok-2') ;; select count(*)>0 from c.staff where team = 2
-- check: c.plans SELECT as=A :: select c.accept('tok-2') ;; select count(*)>0 from c.plans where team=2
-- check: c.plans INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.plans rw where coalesce(rw.team::text not in ('1'), true)), '') as h ;; do $x$ begin perform c.accept('tok-2'); insert into c.plans values (9,2,'x'); end $x$ ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.plans rw where coalesce(rw.team::text not in ('1'), true)), '') from z
-- check: c.plans UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.plans rw where coalesce(rw.team::text not in ('1'), true)), '') as h ;; do $x$ begin perform c.accept('tok-2'); update c.plans set body='q'; end $x$ ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.plans rw where coalesce(rw.team::text not in ('1'), true)), '') from z
-- check: c.plans DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.plans rw where coalesce(rw.team::text not in ('1'), true)), '') as h ;; do $x$ begin perform c.accept('tok-2'); delete from c.plans; end $x$ ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.plans rw where coalesce(rw.team::text not in ('1'), true)), '') from z
-- check: c.invites INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.invites rw where coalesce(rw.team::text not in ('1'), true)), '') as h ;; do $x$ begin perform c.accept('tok-2'); insert into c.invites values ('t9',2,'z@x'); end $x$ ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.invites rw where coalesce(rw.team::text not in ('1'), true)), '') from z
-- check: c.invites DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.invites rw where coalesce(rw.team::text not in ('1'), true)), '') as h ;; do $x$ begin perform c.accept('tok-2'); delete from c.invites; end $x$ ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.invites rw where coalesce(rw.team::text not in ('1'), true)), '') from z
-- check: c.staff SELECT as=A :: select count(*) > 0 from c.staff rw where coalesce(rw.team::text not in ('1'), true)
-- check: c.staff SELECT as=B :: select count(*) > 0 from c.staff rw where coalesce(rw.team::text not in ('2'), true)
-- check: c.invites SELECT as=A :: select count(*) > 0 from c.invites rw where coalesce(rw.team::text not in ('1'), true)
-- check: c.invites SELECT as=B :: select count(*) > 0 from c.invites rw where coalesce(rw.team::text not in ('2'), true)
-- check: c.invites DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.invites rw where coalesce(rw.team::text not in ('1'), true)), '') as h ;; delete from c.invites ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.invites rw where coalesce(rw.team::text not in ('1'), true)), '') from z
-- check: c.invites DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.invites rw where coalesce(rw.team::text not in ('2'), true)), '') as h ;; delete from c.invites ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.invites rw where coalesce(rw.team::text not in ('2'), true)), '') from z
-- check: c.plans SELECT as=A :: select count(*) > 0 from c.plans rw where coalesce(rw.team::text not in ('1'), true)
-- check: c.plans SELECT as=B :: select count(*) > 0 from c.plans rw where coalesce(rw.team::text not in ('2'), true)
-- check: c.plans DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.plans rw where coalesce(rw.team::text not in ('1'), true)), '') as h ;; delete from c.plans ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.plans rw where coalesce(rw.team::text not in ('1'), true)), '') from z
-- check: c.plans DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.plans rw where coalesce(rw.team::text not in ('2'), true)), '') as h ;; delete from c.plans ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.plans rw where coalesce(rw.team::text not in ('2'), true)), '') from z
