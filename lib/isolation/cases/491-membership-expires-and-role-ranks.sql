-- case: 491-membership-expires-and-role-ranks
-- threat: dml
-- null-tenant: foreign
-- tenant: c.link.ws
-- tenant: c.secret.ws
-- tenant: c.doc.ws
-- tenant: c.seat.ws
-- principal: name=A tenant=1 role=u settings={"m.uid":"7"}
-- principal: name=B tenant=2 role=u settings={"m.uid":"8"}
-- membership: c.seat user=uid tenant=ws when="revoked_at is null" session="current_setting('m.uid')::int"
-- expect: table=c.seat command=SELECT verdict=isolated
-- expect: table=c.seat command=UPDATE verdict=isolated
-- expect: table=c.doc command=SELECT verdict=isolated
-- expect: table=c.doc command=INSERT verdict=isolated
-- expect: table=c.doc command=UPDATE verdict=isolated
-- expect: table=c.doc command=DELETE verdict=isolated
-- expect: table=c.secret command=SELECT verdict=leaks
-- expect: table=c.secret command=UPDATE verdict=isolated
-- expect: table=c.link command=SELECT verdict=isolated
-- expect: table=c.link command=INSERT verdict=leaks
-- expect: table=c.link command=DELETE verdict=isolated

do $$ begin create role o nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role u nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization o; grant usage on schema c to u;
set role o;
create table c.seat (uid int not null, ws int not null, rank smallint not null default 1 check (rank between 1 and 9), nick text, revoked_at timestamptz, primary key (uid, ws));
create table c.doc (id int primary key, ws int not null, body text); create table c.secret (id int primary key, ws int not null, body text); create table c.link (id int primary key, ws int not null, doc int not null references c.doc);
create function c.rank_in(w int) returns int language sql stable security definer set search_path = '' as $$ select max(s.rank) from c.seat s where s.uid = current_setting('m.uid')::int and s.ws = w and s.revoked_at is null $$;
create function c.ever_in(w int) returns boolean language sql stable security definer set search_path = '' as $$ select count(*) > 0 from c.seat s where s.uid = current_setting('m.uid')::int and s.ws = w $$;
alter table c.seat enable row level security; alter table c.doc enable row level security; alter table c.secret enable row level security; alter table c.link enable row level security;
create policy s on c.seat for select using (c.rank_in(ws) >= 1);
create policy u on c.seat for update using (uid = current_setting('m.uid')::int and c.rank_in(ws) is not null);
create policy r on c.doc for select using (c.rank_in(ws) > 0); create policy w on c.doc using (coalesce(c.rank_in(ws), 0) >= 3) with check (c.rank_in(ws) >= 3);
create policy r on c.secret for select using (c.ever_in(ws)); create policy u on c.secret for update using (c.rank_in(ws) >= 5);
create policy r on c.link for select using (c.rank_in(ws) > 0); create policy i on c.link for insert with check (doc in (select d.id from c.doc d)); create policy d on c.link for delete using (c.rank_in(ws) = 9);
grant select on c.seat to u; grant update (nick) on c.seat to u; grant select, insert, update, delete on c.doc to u; grant select, update on c.secret to u; grant select, insert, delete on c.link to u;
reset role;
-- @seed
insert into c.seat values (7,1,9,'a',null),(8,2,9,'b',null),(7,2,9,'gone','2020-01-01');
insert into c.doc values (1,1,'a'),(2,2,'b'); insert into c.secret values (1,1,'a'),(2,2,'b'); insert into c.link values (1,1,1),(2,2,2);

-- check: c.doc INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.doc rw where coalesce(rw.ws::text not in ('1'), true)), '') as h ;; insert into c.doc values (9,2,'x') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.doc rw where coalesce(rw.ws::text not in ('1'), true)), '') from z
-- check: c.secret UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.secret rw where coalesce(rw.ws::text not in ('1'), true)), '') as h ;; update c.secret set body='q' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.secret rw where coalesce(rw.ws::text not in ('1'), true)), '') from z
-- check: c.link INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.link rw where coalesce(rw.ws::text not in ('1'), true)), '') as h ;; insert into c.link values (9,2,1) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.link rw where coalesce(rw.ws::text not in ('1'), true)), '') from z
-- check: c.seat UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.seat rw where coalesce(rw.ws::text not in ('1'), true)), '') as h ;; update c.seat set nick='q' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.seat rw where coalesce(rw.ws::text not in ('1'), true)), '') from z
-- check: c.seat SELECT as=A :: select count(*) > 0 from c.seat rw where coalesce(rw.ws::text not in ('1'), true)
-- check: c.seat SELECT as=B :: select count(*) > 0 from c.seat rw where coalesce(rw.ws::text not in ('2'), true)
-- check: c.doc SELECT as=A :: select count(*) > 0 from c.doc rw where coalesce(rw.ws::text not in ('1'), true)
-- check: c.doc SELECT as=B :: select count(*) > 0 from c.doc rw where coalesce(rw.ws::text not in ('2'), true)
-- check: c.doc UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.doc rw where coalesce(rw.ws::text not in ('1'), true)), '') as h ;; update c.doc set ws = '2' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.doc rw where coalesce(rw.ws::text not in ('1'), true)), '') from z
-- check: c.doc UPDATE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.doc rw where coalesce(rw.ws::text not in ('2'), true)), '') as h ;; update c.doc set ws = '1' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.doc rw where coalesce(rw.ws::text not in ('2'), true)), '') from z
-- check: c.doc DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.doc rw where coalesce(rw.ws::text not in ('1'), true)), '') as h ;; delete from c.doc ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.doc rw where coalesce(rw.ws::text not in ('1'), true)), '') from z
-- check: c.doc DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.doc rw where coalesce(rw.ws::text not in ('2'), true)), '') as h ;; delete from c.doc ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.doc rw where coalesce(rw.ws::text not in ('2'), true)), '') from z
-- check: c.secret SELECT as=A :: select count(*) > 0 from c.secret rw where coalesce(rw.ws::text not in ('1'), true)
-- check: c.secret SELECT as=B :: select count(*) > 0 from c.secret rw where coalesce(rw.ws::text not in ('2'), true)
-- check: c.link SELECT as=A :: select count(*) > 0 from c.link rw where coalesce(rw.ws::text not in ('1'), true)
-- check: c.link SELECT as=B :: select count(*) > 0 from c.link rw where coalesce(rw.ws::text not in ('2'), true)
-- check: c.link DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.link rw where coalesce(rw.ws::text not in ('1'), true)), '') as h ;; delete from c.link ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.link rw where coalesce(rw.ws::text not in ('1'), true)), '') from z
-- check: c.link DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.link rw where coalesce(rw.ws::text not in ('2'), true)), '') as h ;; delete from c.link ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.link rw where coalesce(rw.ws::text not in ('2'), true)), '') from z
