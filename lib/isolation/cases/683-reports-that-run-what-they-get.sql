-- case: 683-reports-that-run-what-they-get
-- threat: dml
-- null-tenant: foreign
-- tenant: w.tasks.tenant
-- tenant: w.clients.tenant
-- tenant: w.list_tasks().tenant
-- tenant: w.sum_tasks()
-- tenant: w.sorted(text).tenant
-- tenant: w.pick(text)
-- tenant: w.safe_sorted(text).tenant
-- tenant: w.one_column(text)
-- principal: name=A tenant=7 role=app settings={"app.tenant":"7"}
-- principal: name=B tenant=9 role=app settings={"app.tenant":"9"}
-- expect: table=w.clients command=SELECT verdict=leaks
-- expect: table=w.list_tasks() command=SELECT verdict=leaks
-- expect: table=w.sum_tasks() command=SELECT verdict=leaks
-- expect: table=w.sorted(text) command=SELECT verdict=leaks
-- expect: table=w.pick(text) command=SELECT verdict=leaks
-- expect: table=w.safe_sorted(text) command=SELECT verdict=leaks
-- expect: table=w.one_column(text) command=SELECT verdict=leaks

do $$ declare r text; begin foreach r in array array['app','keeper'] loop begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end; end loop; end $$;
create schema w authorization keeper; grant usage on schema w to app;
set role keeper;
create table w.tasks (id int primary key, tenant int not null, title text not null, hours int not null default 1);
alter table w.tasks enable row level security; alter table w.tasks force row level security;
create policy p on w.tasks using (tenant = current_setting('app.tenant')::int);
create table w.clients (id int primary key, tenant int not null, name text not null);
alter table w.clients enable row level security;
create policy p on w.clients using (tenant = current_setting('app.tenant')::int);
grant select on w.clients to app;
create function w.list_tasks() returns setof w.tasks language sql security definer set search_path = '' as $$ select * from w.tasks $$;
create function w.sum_tasks() returns bigint language sql security definer set search_path = '' as $$ select sum(hours) from w.tasks $$;
create function w.sorted(by_what text) returns setof w.tasks language plpgsql security definer set search_path = '' as $$ begin
  return query execute 'select * from w.tasks order by ' || by_what; end $$;
create function w.safe_sorted(by_what text) returns setof w.clients language plpgsql stable set search_path = '' as $$ begin
  if by_what not in ('id', 'name') then raise exception 'no'; end if;
  return query execute 'select * from w.clients order by ' || by_what; end $$;
create function w.one_column(what text) returns setof text language plpgsql stable set search_path = '' as $$ begin
  return query execute format('select %I::text from w.clients', what); end $$;
create function w.pick(cond text) returns text language plpgsql set search_path = '' as $$ declare r text; begin
  execute 'select string_agg(name, '','') from w.clients where ' || cond into r; return r; end $$;
grant execute on all functions in schema w to app;
reset role;

-- @seed
insert into w.tasks values (1,7,'x',1),(2,9,'y',2);
insert into w.clients values (1,7,'x'),(2,9,'y');

-- check: w.clients SELECT as=A :: select w.pick('set_config(''app.tenant'',''9'',true) is not null') ;; select count(*) > 0 from w.clients where tenant = 9
-- check: w.list_tasks() SELECT as=A :: select w.pick('set_config(''app.tenant'',''9'',true) is not null') ;; select count(*) > 0 from w.list_tasks() where tenant = 9
-- check: w.sum_tasks() SELECT as=A :: select w.pick('set_config(''app.tenant'',''9'',true) is not null') ;; select w.sum_tasks() = 2
-- check: w.sorted(text) SELECT as=A :: select w.pick('set_config(''app.tenant'',''9'',true) is not null') ;; select count(*) > 0 from w.sorted('id') where tenant = 9
-- check: w.pick(text) SELECT as=A :: select w.pick('set_config(''app.tenant'',''9'',true) is not null') ;; select w.pick('true') = 'y'
-- check: w.safe_sorted(text) SELECT as=A :: select w.pick('set_config(''app.tenant'',''9'',true) is not null') ;; select count(*) > 0 from w.safe_sorted('id') where tenant = 9
-- check: w.one_column(text) SELECT as=A :: select w.pick('set_config(''app.tenant'',''9'',true) is not null') ;; select count(*) > 0 from w.one_column('name') x where x = 'y'
