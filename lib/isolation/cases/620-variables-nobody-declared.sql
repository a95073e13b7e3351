-- case: 620-variables-nobody-declared
-- threat: dml
-- null-tenant: foreign
-- tenant: c.notes.clinic
-- tenant: c.shown(text).clinic
-- tenant: c.counted(integer).clinic
-- tenant: c.own(text).clinic
-- tenant: c.by_code(text).clinic
-- principal: name=A tenant=a role=desk settings={"app.clinic":"a"}
-- principal: name=B tenant=b role=desk settings={"app.clinic":"b"}
-- expect: table=c.shown(text) command=SELECT verdict=leaks
-- expect: table=c.counted(integer) command=SELECT verdict=leaks
-- expect: table=c.by_code(text) command=SELECT verdict=leaks
-- expect: table=c.own(text) command=SELECT verdict=isolated
-- why: what a CASE statement compares keeps its type, though PL/pgSQL declares a number for it; a handler is told what failed

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.notes (id int primary key, clinic text not null);
alter table c.notes enable row level security;
create policy own on c.notes using (clinic = current_setting('app.clinic'));
create function c.shown(what text) returns table (id int, clinic text) language plpgsql security definer set search_path = c, pg_temp as $f$
begin
  case what
    when 'nothing' then return;
    when 'all', 'every' then return query select n.id, n.clinic from c.notes n;
  end case;
end $f$;
create function c.counted(what int) returns table (id int, clinic text) language plpgsql security definer set search_path = c, pg_temp as $f$
begin
  case what + 1
    when 2 then return query select n.id, n.clinic from c.notes n;
    else return;
  end case;
end $f$;
create function c.own(what text) returns table (id int, clinic text) language plpgsql security definer set search_path = c, pg_temp as $f$
begin
  case upper(what)
    when 'OWN' then return query select n.id, n.clinic from c.notes n where n.clinic = current_setting('app.clinic');
    when 'NONE' then return;
  end case;
end $f$;
create function c.by_code(what text) returns table (id int, clinic text) language plpgsql security definer set search_path = c, pg_temp as $f$
begin
  begin
    perform what::int;
  exception when others then
    if sqlstate = '22P02' and sqlerrm like '%syntax%' then return query select n.id, n.clinic from c.notes n; end if;
  end;
end $f$;
reset role;

-- @seed
insert into c.notes values (1, 'a'), (2, 'b');

-- check: c.shown(text) SELECT as=A :: select count(*) > 0 from c.shown('every') s where s.clinic = 'b'
-- check: c.counted(integer) SELECT as=A :: select count(*) > 0 from c.counted(1) s where s.clinic = 'b'
-- check: c.own(text) SELECT as=A :: select count(*) > 0 from c.own('own') s where s.clinic = 'b'
-- check: c.by_code(text) SELECT as=A :: select count(*) > 0 from c.by_code('no number') s where s.clinic = 'b'
