-- case: 492-public-tender-bids
-- threat: dml
-- null-tenant: foreign
-- tenant: c.withdraw(integer)
-- tenant: c.my_place(integer)
-- tenant: c.lowest(integer)
-- tenant: c.question.firm
-- tenant: c.bid.firm
-- principal: name=A tenant=f1 role=firm settings={"t.firm":"f1"}
-- principal: name=B tenant=f2 role=firm settings={"t.firm":"f2"}
-- expect: table=c.bid command=SELECT verdict=leaks
-- expect: table=c.bid command=INSERT verdict=isolated
-- expect: table=c.bid command=UPDATE verdict=isolated
-- expect: table=c.bid command=DELETE verdict=isolated
-- expect: table=c.question command=SELECT verdict=leaks
-- expect: table=c.question command=INSERT verdict=isolated
-- expect: table=c.question command=UPDATE verdict=isolated
-- expect: table=c.lowest(integer) command=SELECT verdict=leaks
-- expect: table=c.my_place(integer) command=SELECT verdict=leaks
-- expect: table=c.withdraw(integer) command=DELETE verdict=isolated

do $$ begin create role o nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role firm nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization o; grant usage on schema c to firm;
set role o;
create table c.tender (id int primary key, closes date not null); create table c.bid (id int primary key, firm text not null, tender int not null references c.tender, cents int not null); create table c.question (id int primary key, firm text not null, text text, answer text);
alter table c.bid enable row level security; alter table c.question enable row level security;
create policy own on c.bid using (firm = current_setting('t.firm')); create policy open on c.bid for select using (exists (select from c.tender t where t.id = bid.tender and t.closes < current_date));
create policy own on c.question using (firm = current_setting('t.firm')); create policy answered on c.question for select using (answer is not null);
create function c.lowest(t int) returns int language sql stable security definer set search_path = c, pg_temp as $$ select min(cents) from bid where tender = t $$;
create function c.my_place(t int) returns bigint language sql stable security definer set search_path = c, pg_temp as $$ select p from (select firm, rank() over (order by cents) p from bid where tender = t) x where firm = current_setting('t.firm') $$;
create function c.withdraw(b int) returns boolean language plpgsql security definer set search_path = c, pg_temp as $$
declare gone int;
begin
  delete from bid where id = b and firm = current_setting('t.firm') and tender in (select id from tender where closes >= current_date);
  get diagnostics gone = row_count;
  return gone = 1;
end $$;
revoke all on all functions in schema c from public; grant execute on all functions in schema c to firm;
grant select on c.tender to firm; grant select, insert, update, delete on c.bid to firm; grant select, insert, update on c.question to firm;
reset role;
-- @seed
insert into c.tender values (1,'2020-01-01'),(2,'2999-01-01'); insert into c.bid values (1,'f1',1,50),(2,'f2',1,10); insert into c.question values (1,'f1','a','b'),(2,'f2','c','d');

-- check: c.lowest(integer) SELECT as=A :: select c.lowest(1) = 10
-- check: c.my_place(integer) SELECT as=A :: select c.my_place(1) > 1
-- check: c.withdraw(integer) DELETE as=A :: try> select c.withdraw(2) ;; owner> select count(*) = 0 from c.bid where id=2
-- check: c.bid INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bid rw where coalesce(rw.firm::text not in ('f1'), true)), '') as h ;; insert into c.bid values (9,'f2',1,5) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bid rw where coalesce(rw.firm::text not in ('f1'), true)), '') from z
-- check: c.question INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.question rw where coalesce(rw.firm::text not in ('f1'), true)), '') as h ;; insert into c.question values (9,'f2','x',null) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.question rw where coalesce(rw.firm::text not in ('f1'), true)), '') from z
-- check: c.bid SELECT as=A :: select count(*) > 0 from c.bid rw where coalesce(rw.firm::text not in ('f1'), true)
-- check: c.bid SELECT as=B :: select count(*) > 0 from c.bid rw where coalesce(rw.firm::text not in ('f2'), true)
-- check: c.bid UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bid rw where coalesce(rw.firm::text not in ('f1'), true)), '') as h ;; update c.bid set firm = 'f2' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bid rw where coalesce(rw.firm::text not in ('f1'), true)), '') from z
-- check: c.bid UPDATE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bid rw where coalesce(rw.firm::text not in ('f2'), true)), '') as h ;; update c.bid set firm = 'f1' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bid rw where coalesce(rw.firm::text not in ('f2'), true)), '') from z
-- check: c.bid DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bid rw where coalesce(rw.firm::text not in ('f1'), true)), '') as h ;; delete from c.bid ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bid rw where coalesce(rw.firm::text not in ('f1'), true)), '') from z
-- check: c.bid DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bid rw where coalesce(rw.firm::text not in ('f2'), true)), '') as h ;; delete from c.bid ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bid rw where coalesce(rw.firm::text not in ('f2'), true)), '') from z
-- check: c.question SELECT as=A :: select count(*) > 0 from c.question rw where coalesce(rw.firm::text not in ('f1'), true)
-- check: c.question SELECT as=B :: select count(*) > 0 from c.question rw where coalesce(rw.firm::text not in ('f2'), true)
-- check: c.question UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.question rw where coalesce(rw.firm::text not in ('f1'), true)), '') as h ;; update c.question set firm = 'f2' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.question rw where coalesce(rw.firm::text not in ('f1'), true)), '') from z
-- check: c.question UPDATE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.question rw where coalesce(rw.firm::text not in ('f2'), true)), '') as h ;; update c.question set firm = 'f1' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.question rw where coalesce(rw.firm::text not in ('f2'), true)), '') from z
