-- case: 688-changed-then-removed
-- threat: dml
-- null-tenant: foreign
-- tenant: c.tickets.org
-- tenant: c.events.org
-- tenant-via: c.notes.event_id=c.events.id
-- tenant: c.queue.org
-- tenant: c.desk.org
-- tenant: c.merge_into(integer,integer)
-- tenant: c.take_and_drop(integer)
-- tenant: c.close_own(integer)
-- tenant: c.renumber(integer)
-- tenant: c.drop_notes(integer)
-- principal: name=A tenant=1 role=desk settings={"app.org":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.org":"2"}
-- unscored: table=c.events command=UPDATE
-- unscored: table=c.notes command=DELETE
-- unscored: table=c.merge_into(integer,integer) command=UPDATE
-- unscored: table=c.take_and_drop(integer) command=UPDATE
-- why: within one statement a row that is first made one's own and then removed was another tenant's before it
-- expect: table=c.tickets command=SELECT verdict=isolated
-- expect: table=c.tickets command=DELETE verdict=isolated
-- expect: table=c.events command=SELECT verdict=isolated
-- expect: table=c.events command=DELETE verdict=leaks
-- expect: table=c.queue command=SELECT verdict=isolated
-- expect: table=c.queue command=INSERT verdict=isolated
-- expect: table=c.desk command=SELECT verdict=isolated
-- expect: table=c.desk command=DELETE verdict=leaks
-- expect: table=c.merge_into(integer,integer) command=DELETE verdict=leaks
-- expect: table=c.take_and_drop(integer) command=DELETE verdict=leaks
-- expect: table=c.close_own(integer) command=UPDATE verdict=isolated
-- expect: table=c.close_own(integer) command=DELETE verdict=isolated
-- expect: table=c.renumber(integer) command=UPDATE verdict=leaks
-- expect: table=c.renumber(integer) command=DELETE verdict=isolated
-- expect: table=c.drop_notes(integer) command=UPDATE verdict=leaks
-- expect: table=c.drop_notes(integer) command=DELETE verdict=leaks

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper; grant usage on schema c to desk;
set role keeper;
create table c.tickets (org int not null, id int not null, subject text, primary key (org, id));
create table c.events (id int primary key, org int not null, ticket int not null, foreign key (org, ticket) references c.tickets on delete cascade);
create table c.notes (id int primary key, event_id int not null references c.events on delete cascade);
create table c.queue (id int primary key, org int not null, event_id int);
create view c.desk as select id, org from c.queue where org = current_setting('app.org')::int;
create function c.org() returns int language sql stable as $$ select current_setting('app.org')::int $$;
create function c.merge_into(keep int, gone int) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  update c.events set org = c.org(), ticket = keep where ticket = gone;
  delete from c.tickets where org = c.org() and id = keep;
end $$;
create function c.take_and_drop(which int) returns void language sql security definer set search_path = c, pg_temp as $$
  update c.queue set org = c.org() where id = which;
  delete from c.queue where id = which and org = c.org() $$;
create function c.close_own(which int) returns void language sql security definer set search_path = c, pg_temp as $$
  update c.queue set event_id = null where id = which and org = c.org();
  delete from c.queue where id = which and org = c.org() $$;
create function c.renumber(which int) returns void language sql security definer set search_path = c, pg_temp as $$
  update c.queue set event_id = 0 where id = which;
  delete from c.queue where id = which and org = c.org() $$;
create function c.drop_notes(which int) returns void language sql security definer set search_path = c, pg_temp as $$
  update c.events set org = c.org(), ticket = 1 where id = which;
  delete from c.notes n using c.events e where e.id = n.event_id and e.org = c.org() and e.id = which $$;
create function c.queued() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$
begin
  update c.events set org = new.org, ticket = 1 where id = new.event_id;
  delete from c.events where id = new.event_id and org = new.org and ticket = 1;
  return null;
end $$;
create trigger queued after insert on c.queue for each row execute function c.queued();
create function c.dismissed() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$
begin
  update c.queue set org = c.org() where event_id = (select q.event_id from c.queue q where q.id = old.id);
  delete from c.queue where org = c.org() and event_id is not null;
  return old;
end $$;
create trigger dismissed instead of delete on c.desk for each row execute function c.dismissed();
alter table c.tickets enable row level security; alter table c.events enable row level security; alter table c.notes enable row level security; alter table c.queue enable row level security;
create policy own on c.tickets using (org = c.org());
create policy own on c.events for select using (org = c.org());
create policy own on c.queue using (org = c.org());
grant select, delete on c.tickets to desk; grant select on c.events to desk; grant select, insert on c.queue to desk; grant select, delete on c.desk to desk;
reset role;

-- @seed
insert into c.tickets values (1, 1, 'a'), (1, 2, 'a'), (2, 1, 'b'), (2, 7, 'b');
insert into c.events values (1, 1, 1), (3, 2, 7); insert into c.notes values (1, 1), (3, 3);
alter table c.queue disable trigger queued;
insert into c.queue values (1, 1, 5), (3, 2, 5), (4, 2, null);
alter table c.queue enable trigger queued;

-- check: c.tickets DELETE as=A :: delete from c.tickets ;; owner> select count(*) < 2 from c.tickets where org = 2
-- check: c.events DELETE as=A :: insert into c.queue values (9, 1, 3) ;; owner> select not exists (select from c.events where id = 3)
-- check: c.queue INSERT as=A :: insert into c.queue values (9, 2, null) ;; owner> select exists (select from c.queue where id = 9 and org = 2)
-- check: c.desk DELETE as=A :: delete from c.desk where id = 1 ;; owner> select not exists (select from c.queue where id = 3)
-- check: c.merge_into(integer,integer) DELETE as=A :: select c.merge_into(1, 7) ;; owner> select not exists (select from c.events where id = 3)
-- check: c.take_and_drop(integer) DELETE as=A :: select c.take_and_drop(3) ;; owner> select not exists (select from c.queue where id = 3)
-- check: c.close_own(integer) UPDATE as=A :: select c.close_own(3) ;; owner> select exists (select from c.queue where id = 3 and event_id is null)
-- check: c.close_own(integer) DELETE as=A :: select c.close_own(3) ;; owner> select not exists (select from c.queue where id = 3)
-- check: c.renumber(integer) UPDATE as=A :: select c.renumber(3) ;; owner> select exists (select from c.queue where id = 3 and event_id = 0)
-- check: c.renumber(integer) DELETE as=A :: select c.renumber(3) ;; owner> select not exists (select from c.queue where id = 3)
-- check: c.drop_notes(integer) UPDATE as=A :: select c.drop_notes(3) ;; owner> select not exists (select from c.events where id = 3 and org = 2)
-- check: c.drop_notes(integer) DELETE as=A :: select c.drop_notes(3) ;; owner> select not exists (select from c.notes where id = 3)
-- check: c.tickets SELECT as=A :: select count(*) > 0 from c.tickets rw where not (coalesce(rw.org::text in ('1'), false))
-- check: c.tickets SELECT as=B :: select count(*) > 0 from c.tickets rw where not (coalesce(rw.org::text in ('2'), false))
-- check: c.events SELECT as=A :: select count(*) > 0 from c.events rw where not (coalesce(rw.org::text in ('1'), false))
-- check: c.events SELECT as=B :: select count(*) > 0 from c.events rw where not (coalesce(rw.org::text in ('2'), false))
-- check: c.queue SELECT as=A :: select count(*) > 0 from c.queue rw where not (coalesce(rw.org::text in ('1'), false))
-- check: c.queue SELECT as=B :: select count(*) > 0 from c.queue rw where not (coalesce(rw.org::text in ('2'), false))
-- check: c.desk SELECT as=A :: select count(*) > 0 from c.desk rw where not (coalesce(rw.org::text in ('1'), false))
-- check: c.desk SELECT as=B :: select count(*) > 0 from c.desk rw where not (coalesce(rw.org::text in ('2'), false))
