-- case: 547-cursors-aliases-members
-- threat: dml
-- null-tenant: foreign
-- tenant: c.seats.club
-- tenant: c.bags.club
-- tenant: c.fees.club
-- tenant: c.mark_own()
-- tenant: c.mark_next()
-- tenant: c.count_by_hand()
-- tenant: c.check_in(text)
-- tenant: c.check_in_any(text)
-- principal: name=A tenant=1 role=member settings={"club.user":"10"}
-- principal: name=B tenant=2 role=member settings={"club.user":"20"}
-- principal: name=X tenant=none role=member settings={"club.user":"30"}
-- membership: c.seats user=person tenant=club when="left_on is null" session="current_setting('club.user')::int"
-- expect: table=c.seats command=SELECT verdict=leaks
-- expect: table=c.seats command=DELETE verdict=isolated
-- expect: table=c.bags command=SELECT verdict=isolated
-- expect: table=c.fees command=SELECT verdict=isolated
-- expect: table=c.fees command=INSERT verdict=leaks
-- expect: table=c.fees command=UPDATE verdict=isolated
-- expect: table=c.mark_own() command=UPDATE verdict=isolated
-- expect: table=c.mark_next() command=UPDATE verdict=leaks
-- expect: table=c.count_by_hand() command=SELECT verdict=isolated
-- expect: table=c.check_in(text) command=INSERT verdict=isolated
-- expect: table=c.check_in(text) command=UPDATE verdict=isolated
-- expect: table=c.check_in_any(text) command=INSERT verdict=isolated
-- expect: table=c.check_in_any(text) command=UPDATE verdict=leaks
-- why: rows of the session's own name its clubs only while they count

do $$ declare r text; begin
  foreach r in array array['club_owner', 'member'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema c authorization club_owner; grant usage on schema c to member;
set role club_owner;
create table c.seats (person int not null, club int not null, left_on date, primary key (person, club));
create table c.bags (tag text primary key, club int not null, seen int not null default 0);
create table c.fees (id int primary key, club int not null, cents int not null, big boolean generated always as (cents > 1000) stored);
create function c.my_clubs() returns setof int language sql stable security definer set search_path = c, pg_temp as $$ select club from seats where person = current_setting('club.user')::int and left_on is null $$;
create function c.keep_small() returns trigger language plpgsql as $$
begin
  if not new.big then raise exception 'small fees are not entered here'; end if;
  return null;
end $$;
create function c.forbid_big() returns trigger language plpgsql as $$
begin
  if new.big or new.cents <= 1000 and new.club <> old.club then raise exception 'no'; end if;
  return null;
end $$;
create trigger keep_small after insert on c.fees for each row when (new.club > 1) execute function c.keep_small();
create trigger forbid_big after update on c.fees for each row execute function c.forbid_big();
alter table c.seats enable row level security; alter table c.bags enable row level security; alter table c.fees enable row level security;
create policy own on c.seats for select using (person = current_setting('club.user')::int);
create policy leave on c.seats for delete using (person = current_setting('club.user')::int and left_on is null);
create policy club on c.bags for select using (club in (select c.my_clubs()));
create policy club on c.fees for select using (club in (select c.my_clubs()));
create policy enter on c.fees for insert with check (exists (select c.my_clubs()));
create policy change on c.fees for update using (club in (select c.my_clubs())) with check (true);
create function c.mark_own() returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare own cursor (p_club int) for select b.tag from bags b where b.club = p_club;
begin
  for r in own((select min(m) from my_clubs() m)) loop
    update bags set seen = seen + 1 where tag = r.tag and club in (select my_clubs());
  end loop;
end $$;
create function c.mark_next() returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare own cursor (p_club int) for select b.tag from bags b where b.club = p_club;
begin
  for r in own(p_club := (select max(m) + 1 from my_clubs() m)) loop
    update bags set seen = seen + 1 where tag = r.tag;
  end loop;
end $$;
create function c.count_by_hand() returns int language plpgsql stable security definer set search_path = c, pg_temp as $$
declare own cursor (p_person int) for select b.tag from bags b join seats s on s.club = b.club where s.person = p_person and s.left_on is null; t text; n int := 0;
begin
  open own(current_setting('club.user')::int);
  loop
    fetch own into t;
    exit when not found;
    n := n + 1;
  end loop;
  close own;
  return n;
end $$;
create function c.check_in(p_tag text) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare mine int := (select min(m) from my_clubs() m);
begin
  if mine not in (select my_clubs()) or mine is null then return; end if;
  insert into bags as b (tag, club) values (p_tag, mine) on conflict (tag) do update set seen = b.seen + 1 where b.club = excluded.club;
end $$;
create function c.check_in_any(p_tag text) returns void language plpgsql security definer set search_path = c, pg_temp as $$
declare mine int := (select min(m) from my_clubs() m);
begin
  if mine not in (select my_clubs()) or mine is null then return; end if;
  insert into bags as b (tag, club) values (p_tag, mine) on conflict (tag) do update set seen = b.seen + 1 where b.tag = excluded.tag;
end $$;
revoke execute on all functions in schema c from public;
grant execute on all functions in schema c to member;
grant select, delete on c.seats to member; grant select on c.bags to member; grant select, insert (id, club, cents), update (club, cents) on c.fees to member;
reset role;

-- @seed
insert into c.seats values (10,1,null),(20,2,null),(30,2,'2020-01-01'),(10,2,'2020-01-01');
insert into c.bags values ('a',1),('b',2); insert into c.fees values (1,1,5),(2,2,5000);
-- check: c.seats SELECT as=A :: select count(*) > 0 from c.seats where club = 2
-- check: c.fees INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.fees rw where coalesce(rw.club::text not in ('1'), true)), '') as h ;; insert into c.fees (id, club, cents) values (9, 2, 5000) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.fees rw where coalesce(rw.club::text not in ('1'), true)), '') from z
-- check: c.fees UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.fees rw where coalesce(rw.club::text not in ('1'), true)), '') as h ;; update c.fees set club = 2, cents = 5 ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.fees rw where coalesce(rw.club::text not in ('1'), true)), '') from z
-- check: c.fees UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.fees rw where coalesce(rw.club::text not in ('1'), true)), '') as h ;; update c.fees set club = 2, cents = 5000 ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.fees rw where coalesce(rw.club::text not in ('1'), true)), '') from z
-- check: c.mark_own() UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') as h ;; select c.mark_own() ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') from z
-- check: c.mark_next() UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') as h ;; select c.mark_next() ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') from z
-- check: c.count_by_hand() SELECT as=A :: select c.count_by_hand() <> 1
-- check: c.check_in(text) INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') as h ;; select c.check_in('n') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') from z
-- check: c.check_in(text) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') as h ;; select c.check_in('b') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') from z
-- check: c.check_in_any(text) INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') as h ;; select c.check_in_any('n') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') from z
-- check: c.check_in_any(text) UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') as h ;; select c.check_in_any('b') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.bags rw where coalesce(rw.club::text not in ('1'), true)), '') from z

-- check: c.seats DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.seats rw where coalesce(rw.club::text not in ('1'), true)), '') as h ;; try> delete from c.seats ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.seats rw where coalesce(rw.club::text not in ('1'), true)), '') from z
-- check: c.seats DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.seats rw where coalesce(rw.club::text not in ('2'), true)), '') as h ;; try> delete from c.seats ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.seats rw where coalesce(rw.club::text not in ('2'), true)), '') from z
-- check: c.seats DELETE as=X :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.seats rw where (rw.club::text is not null or true)), '') as h ;; try> delete from c.seats ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.seats rw where (rw.club::text is not null or true)), '') from z
-- check: c.bags SELECT as=A :: select count(*) > 0 from c.bags rw where coalesce(rw.club::text not in ('1'), true)
-- check: c.bags SELECT as=B :: select count(*) > 0 from c.bags rw where coalesce(rw.club::text not in ('2'), true)
-- check: c.bags SELECT as=X :: select count(*) > 0 from c.bags rw where (rw.club::text is not null or true)
-- check: c.fees SELECT as=A :: select count(*) > 0 from c.fees rw where coalesce(rw.club::text not in ('1'), true)
-- check: c.fees SELECT as=B :: select count(*) > 0 from c.fees rw where coalesce(rw.club::text not in ('2'), true)
-- check: c.fees SELECT as=X :: select count(*) > 0 from c.fees rw where (rw.club::text is not null or true)
