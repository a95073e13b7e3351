-- case: 555-rules-of-views
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.board.clinic
-- tenant: c.upper.clinic
-- tenant: c.odd.clinic
-- tenant: c.told.clinic
-- tenant: c.both.clinic
-- tenant: c.fired.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.board command=SELECT verdict=isolated
-- expect: table=c.board command=UPDATE verdict=isolated
-- expect: table=c.board command=DELETE verdict=isolated
-- expect: table=c.board command=INSERT verdict=leaks
-- expect: table=c.upper command=UPDATE verdict=isolated
-- expect: table=c.odd command=UPDATE verdict=leaks
-- expect: table=c.odd command=DELETE verdict=isolated
-- expect: table=c.told command=INSERT verdict=leaks
-- expect: table=c.both command=DELETE verdict=leaks
-- expect: table=c.fired command=INSERT verdict=leaks
-- expect: table=c.fired command=DELETE verdict=isolated
-- why: a rule of a view is given a row that the view shows and whatever the statement says; what it changes is booked on the view

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, note text);
create function c.clinic() returns int language sql stable as $$ select nullif(current_setting('app.clinic', true), '')::int $$;

create view c.board with (security_barrier) as select id, clinic, note from c.visits where clinic = c.clinic();
create rule changes as on update to c.board do instead update c.visits set note = new.note where visits.id = old.id;
create rule makes as on insert to c.board do instead insert into c.visits values (new.id, new.clinic, new.note);
create rule keeps as on delete to c.board do instead nothing;
create view c.upper as select id, clinic, note from c.board where note is not null;
grant select, insert, update, delete on c.board to desk;
grant update (note) on c.upper to desk;

-- The rule looks for the row by its note, which others have too.
create view c.odd with (security_barrier) as select id, clinic, note from c.visits where clinic = c.clinic();
create rule changes as on update to c.odd do instead update c.visits set note = new.note where visits.note = old.note;
create rule removes as on delete to c.odd do instead delete from c.visits where visits.id = old.id and visits.clinic = old.clinic;
grant update, delete on c.odd to desk;

-- A clinic that is not given is the second one.
create view c.told with (security_barrier) as select id, clinic, note from c.visits where clinic = c.clinic();
create rule makes as on insert to c.told do instead insert into c.visits values (new.id, case when new.clinic is null then 2 else c.clinic() end, new.note);
grant insert on c.told to desk;

-- Beside what the statement itself does.
create view c.both with (security_barrier) as select id, clinic, note from c.visits where clinic = c.clinic();
create rule also as on delete to c.both do also delete from c.visits where visits.note = old.note and visits.clinic <> old.clinic;
grant delete on c.both to desk;

-- A trigger is given NULL, too.
create view c.fired with (security_barrier) as select id, clinic, note from c.visits where clinic = c.clinic();
create function c.fire() returns trigger language plpgsql security definer as $$
begin
  if tg_op = 'DELETE' then
    delete from c.visits where id = old.id;
    return old;
  end if;
  if new.clinic is null then
    insert into c.visits values (new.id, 2, new.note);
  else
    insert into c.visits values (new.id, c.clinic(), new.note);
  end if;
  return new;
end
$$;
create trigger fire instead of insert or delete on c.fired for each row execute function c.fire();
grant insert, delete on c.fired to desk;
reset role;

-- @seed
insert into c.visits values (1, 1, 'a'), (2, 2, 'a'), (3, 2, 'b');

-- check: c.board SELECT as=A :: select exists (select from c.board where clinic = 2)
-- check: c.board UPDATE as=A :: update c.board set note = 'x' ;; owner> select exists (select from c.visits where clinic = 2 and note = 'x')
-- check: c.board UPDATE as=A :: update c.board set clinic = 2 ;; owner> select exists (select from c.visits where id = 1 and clinic = 2)
-- check: c.board DELETE as=A :: delete from c.board ;; owner> select count(*) < 3 from c.visits
-- check: c.board INSERT as=A :: insert into c.board values (9, 2, 'x') ;; owner> select exists (select from c.visits where id = 9 and clinic = 2)
-- check: c.upper UPDATE as=A :: update c.upper set note = 'x' ;; owner> select exists (select from c.visits where clinic = 2 and note = 'x')
-- check: c.odd UPDATE as=A :: update c.odd set note = 'x' ;; owner> select exists (select from c.visits where clinic = 2 and note = 'x')
-- check: c.odd DELETE as=A :: delete from c.odd ;; owner> select count(*) < 2 from c.visits where clinic = 2
-- check: c.told INSERT as=A :: insert into c.told (id) values (9) ;; owner> select exists (select from c.visits where id = 9 and clinic = 2)
-- check: c.both DELETE as=A :: delete from c.both ;; owner> select count(*) < 2 from c.visits where clinic = 2
-- check: c.fired INSERT as=A :: insert into c.fired (id) values (9) ;; owner> select exists (select from c.visits where id = 9 and clinic = 2)
-- check: c.fired DELETE as=A :: delete from c.fired ;; owner> select count(*) < 2 from c.visits where clinic = 2
