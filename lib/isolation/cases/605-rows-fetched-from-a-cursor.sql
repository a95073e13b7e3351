-- case: 605-rows-fetched-from-a-cursor
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.first_of_mine()
-- tenant: c.first_of_all()
-- tenant: c.each_of_mine()
-- tenant: c.each_with_argument(integer)
-- tenant: c.opened_again(integer)
-- tenant: c.two_in_turn()
-- tenant: c.another_cursor()
-- tenant: c.read_later()
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.first_of_mine() command=SELECT verdict=isolated
-- expect: table=c.first_of_all() command=SELECT verdict=leaks
-- expect: table=c.each_of_mine() command=SELECT verdict=isolated
-- expect: table=c.each_with_argument(integer) command=SELECT verdict=isolated
-- expect: table=c.opened_again(integer) command=SELECT verdict=leaks
-- expect: table=c.two_in_turn() command=SELECT verdict=leaks
-- expect: table=c.another_cursor() command=SELECT verdict=leaks
-- expect: table=c.read_later() command=SELECT verdict=leaks
-- expect: table=c.visits command=UPDATE verdict=isolated
-- unscored: table=c.visits command=SELECT
-- why: what a FETCH leaves in variables is a row of the query that its cursor was opened with

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, body text not null);
create table c.desks (name text primary key, clinic int not null);
create function c.first_of_mine() returns setof text language plpgsql security definer set search_path = '' as $$
declare rows_first_of_mine cursor for select d.clinic, d.name from c.desks d where d.clinic = current_setting('app.clinic')::int order by d.name; r record;
begin
  open rows_first_of_mine;
  loop
    fetch rows_first_of_mine into r;
    exit when not found;
    return query select v.body from c.visits v where v.clinic = r.clinic;
  end loop;
  close rows_first_of_mine;
end $$;
create function c.mark_mine() returns void language plpgsql security definer set search_path = '' as $$
declare rows_mark_mine refcursor; which int; w int;
begin
  open rows_mark_mine for select v.id, v.clinic from c.visits v where v.clinic = current_setting('app.clinic')::int;
  fetch first from rows_mark_mine into which, w;
  if found then update c.visits v set body = 'seen' where v.id = which and v.clinic = w; end if;
  close rows_mark_mine;
end $$;
create function c.first_of_all() returns text language plpgsql security definer set search_path = '' as $$
declare rows_first_of_all cursor for select v.body from c.visits v order by v.id desc; b text;
begin open rows_first_of_all; fetch rows_first_of_all into b; close rows_first_of_all; return b; end $$;
create function c.each_of_mine() returns setof text language plpgsql security definer set search_path = '' as $$
declare rows_each_of_mine refcursor; w int; b text;
begin
  open rows_each_of_mine for select v.clinic, v.body from c.visits v where v.clinic = current_setting('app.clinic')::int;
  loop fetch rows_each_of_mine into w, b; exit when not found; return next w || b; end loop;
end $$;
create function c.each_with_argument(n int) returns setof text language plpgsql security definer set search_path = '' as $$
declare rows_each_with_argu cursor (which int) for select v.body from c.visits v where v.clinic = which and v.id > n; b text;
begin
  open rows_each_with_argu(current_setting('app.clinic')::int);
  fetch next from rows_each_with_argu into b;
  while found loop return next b; fetch next from rows_each_with_argu into b; end loop;
  close rows_each_with_argu;
end $$;
create function c.opened_again(n int) returns setof text language plpgsql security definer set search_path = '' as $$
declare rows_opened_again cursor (which int) for select v.body from c.visits v where v.clinic = which; b text; w int := current_setting('app.clinic')::int;
begin
  open rows_opened_again(w);
  for turn in 1..2 loop
    fetch rows_opened_again into b; return next b; close rows_opened_again;
    w := n; open rows_opened_again(w);
  end loop;
end $$;
create function c.two_in_turn() returns text language plpgsql security definer set search_path = '' as $$
declare rows_two_in_turn cursor for select v.clinic, v.body from c.visits v order by v.id; a record; b record;
begin
  open rows_two_in_turn; fetch rows_two_in_turn into a; fetch rows_two_in_turn into b;
  if a.clinic = current_setting('app.clinic')::int and b.clinic <> a.clinic then return b.body; end if;
  return null;
end $$;
create function c.another_cursor() returns text language plpgsql security definer set search_path = '' as $$
declare rows_another_cursor refcursor := 'mine'; o refcursor := 'theirs'; b text;
begin
  open rows_another_cursor for select v.body from c.visits v where v.clinic = current_setting('app.clinic')::int;
  open o for select v.body from c.visits v where v.clinic <> current_setting('app.clinic')::int;
  rows_another_cursor := o; fetch rows_another_cursor into b; return b;
end $$;
create function c.read_later() returns text language plpgsql security definer set search_path = '' as $$
declare w int := current_setting('app.clinic')::int; rows_read_later cursor for select v.body from c.visits v where v.clinic = w; b text;
begin
  if w = 1 then w := 2; end if;
  open rows_read_later; w := 1; fetch rows_read_later into b; return b;
end $$;
revoke all on all functions in schema c from public;
grant execute on all functions in schema c to desk;
alter table c.visits enable row level security;
create policy own on c.visits to desk using (clinic = current_setting('app.clinic')::int);
grant select, update (body) on c.visits to desk;
reset role;

-- @seed
insert into c.desks values ('a', 1), ('b', 2);
insert into c.visits values (1, 1, 'one'), (2, 2, 'two');

-- check: c.first_of_mine() SELECT as=B :: select exists (select from c.first_of_mine() r where r = 'one')
-- check: c.first_of_all() SELECT as=A :: select c.first_of_all() = 'two'
-- check: c.each_of_mine() SELECT as=A :: select exists (select from c.each_of_mine() r where r like '%two')
-- check: c.each_with_argument(integer) SELECT as=A :: select exists (select from c.each_with_argument(0) r where r = 'two')
-- check: c.opened_again(integer) SELECT as=A :: select exists (select from c.opened_again(2) r where r = 'two')
-- check: c.two_in_turn() SELECT as=A :: select c.two_in_turn() = 'two'
-- check: c.another_cursor() SELECT as=A :: select c.another_cursor() = 'two'
-- check: c.read_later() SELECT as=A :: select c.read_later() = 'two'
-- check: c.visits UPDATE as=A :: update c.visits set body = 'x' ;; select c.mark_mine() is null ;; owner> select exists (select from c.visits where id = 2 and body <> 'two')
