-- case: 490-laboratory-orders-and-results
-- threat: dml
-- null-tenant: foreign
-- tenant: c.alert.site
-- tenant: c.result_history.site
-- tenant: c.result.site
-- tenant: c.sample.site
-- principal: name=A tenant=10 role=lab_app settings={"lab.site":"10"}
-- principal: name=B tenant=20 role=lab_app settings={"lab.site":"20"}
-- expect: table=c.sample command=SELECT verdict=isolated
-- expect: table=c.sample command=INSERT verdict=isolated
-- expect: table=c.sample command=UPDATE verdict=isolated
-- expect: table=c.sample command=DELETE verdict=isolated
-- expect: table=c.result command=SELECT verdict=isolated
-- expect: table=c.result command=INSERT verdict=isolated
-- expect: table=c.result command=UPDATE verdict=isolated
-- expect: table=c.result_history command=SELECT verdict=isolated
-- expect: table=c.result_history command=INSERT verdict=leaks
-- expect: table=c.alert command=SELECT verdict=isolated
-- expect: table=c.alert command=INSERT verdict=isolated

do $$ begin create role lab_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role lab_app nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization lab_owner; grant usage on schema c to lab_app;
set role lab_owner;
create table c.sample (id int primary key, site int not null, code text not null, state text not null default 'new');
create table c.result (sample int primary key references c.sample, site int not null, value numeric not null);
create table c.result_history (id bigint generated always as identity, site int not null, old_value numeric);
create table c.alert (id bigint generated always as identity, site int not null, what text);
create function c.keep() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$
begin
  if old.value is distinct from new.value then
    insert into result_history(site, old_value) select s.site, old.value from sample s where s.code = (select code from sample where id = old.sample) ;
  end if;
  return new;
end $$;
create function c.warn() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$
begin
  if new.value > 100 then
    insert into alert(site, what) values (new.site, format('sample %s: %s', new.sample, new.value));
    perform pg_notify('alerts', new.site::text);
  end if;
  return null;
end $$;
create trigger keep before update on c.result for each row execute function c.keep();
create trigger warn after insert or update of value on c.result for each row when (new.value is not null) execute function c.warn();
alter table c.sample enable row level security; alter table c.result enable row level security; alter table c.result_history enable row level security; alter table c.alert enable row level security;
create policy p on c.sample using (site = current_setting('lab.site')::int); create policy p on c.result using (site = current_setting('lab.site')::int); create policy p on c.result_history using (site = current_setting('lab.site')::int); create policy p on c.alert using (site = current_setting('lab.site')::int);
grant select, insert, update, delete on c.sample to lab_app; grant select, insert, update on c.result to lab_app; grant select on c.result_history, c.alert to lab_app;
reset role;
-- @seed
alter table c.result disable trigger user;
insert into c.sample values (1,10,'K1','new'),(2,20,'K1','new'),(3,10,'K3','new'); insert into c.result values (1,10,5); insert into c.result_history (site, old_value) values (10,1),(20,2); insert into c.alert (site, what) values (10,'a'),(20,'b');
alter table c.result enable trigger user;

-- check: c.sample INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.sample rw where coalesce(rw.site::text not in ('10'), true)), '') as h ;; insert into c.sample values (9,20,'x','new') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.sample rw where coalesce(rw.site::text not in ('10'), true)), '') from z
-- check: c.result INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.result rw where coalesce(rw.site::text not in ('10'), true)), '') as h ;; insert into c.result values (2,20,5) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.result rw where coalesce(rw.site::text not in ('10'), true)), '') from z
-- check: c.result_history INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.result_history rw where coalesce(rw.site::text not in ('10'), true)), '') as h ;; update c.result set value = 9 ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.result_history rw where coalesce(rw.site::text not in ('10'), true)), '') from z
-- check: c.alert INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.alert rw where coalesce(rw.site::text not in ('10'), true)), '') as h ;; insert into c.result values (3,10,500) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.alert rw where coalesce(rw.site::text not in ('10'), true)), '') from z
-- check: c.sample SELECT as=A :: select count(*) > 0 from c.sample rw where coalesce(rw.site::text not in ('10'), true)
-- check: c.sample SELECT as=B :: select count(*) > 0 from c.sample rw where coalesce(rw.site::text not in ('20'), true)
-- check: c.sample UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.sample rw where coalesce(rw.site::text not in ('10'), true)), '') as h ;; update c.sample set site = '20' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.sample rw where coalesce(rw.site::text not in ('10'), true)), '') from z
-- check: c.sample UPDATE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.sample rw where coalesce(rw.site::text not in ('20'), true)), '') as h ;; update c.sample set site = '10' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.sample rw where coalesce(rw.site::text not in ('20'), true)), '') from z
-- check: c.sample DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.sample rw where coalesce(rw.site::text not in ('10'), true)), '') as h ;; delete from c.sample ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.sample rw where coalesce(rw.site::text not in ('10'), true)), '') from z
-- check: c.sample DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.sample rw where coalesce(rw.site::text not in ('20'), true)), '') as h ;; delete from c.sample ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.sample rw where coalesce(rw.site::text not in ('20'), true)), '') from z
-- check: c.result SELECT as=A :: select count(*) > 0 from c.result rw where coalesce(rw.site::text not in ('10'), true)
-- check: c.result SELECT as=B :: select count(*) > 0 from c.result rw where coalesce(rw.site::text not in ('20'), true)
-- check: c.result UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.result rw where coalesce(rw.site::text not in ('10'), true)), '') as h ;; update c.result set site = '20' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.result rw where coalesce(rw.site::text not in ('10'), true)), '') from z
-- check: c.result UPDATE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.result rw where coalesce(rw.site::text not in ('20'), true)), '') as h ;; update c.result set site = '10' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.result rw where coalesce(rw.site::text not in ('20'), true)), '') from z
-- check: c.result_history SELECT as=A :: select count(*) > 0 from c.result_history rw where coalesce(rw.site::text not in ('10'), true)
-- check: c.result_history SELECT as=B :: select count(*) > 0 from c.result_history rw where coalesce(rw.site::text not in ('20'), true)
-- check: c.alert SELECT as=A :: select count(*) > 0 from c.alert rw where coalesce(rw.site::text not in ('10'), true)
-- check: c.alert SELECT as=B :: select count(*) > 0 from c.alert rw where coalesce(rw.site::text not in ('20'), true)
