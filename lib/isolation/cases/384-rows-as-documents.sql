-- case: 384-rows-as-documents
-- threat: dml
-- null-tenant: foreign
-- tenant: c.patients.tenant
-- tenant: c.audit.tenant
-- tenant: c.history.tenant
-- principal: name=A tenant=1 role=desk settings={"app.tenant":"1","app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.tenant":"2","app.user":"22"}
-- expect: table=c.patients command=UPDATE verdict=isolated
-- expect: table=c.audit command=SELECT verdict=isolated
-- expect: table=c.audit command=INSERT verdict=isolated
-- expect: table=c.history command=INSERT verdict=isolated
-- expect: table=c.history command=SELECT verdict=leaks
-- why: what a log keeps of a row is the row

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create table c.patients (id int primary key, tenant int not null, name text);
create table c.audit (id bigint generated always as identity primary key, tenant int not null, tbl text not null, op text not null, old jsonb, new jsonb, at timestamptz not null default now());
create table c.history (id bigint generated always as identity primary key, tenant int, row_data jsonb not null);
create function c.audit() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin
 if tg_op = 'DELETE' then insert into audit (tenant, tbl, op, old) values (old.tenant, tg_table_name, tg_op, to_jsonb(old)); return old;
 elsif tg_op = 'UPDATE' then insert into audit (tenant, tbl, op, old, new) values (new.tenant, tg_table_name, tg_op, to_jsonb(old), to_jsonb(new)); return new;
 else insert into audit (tenant, tbl, op, new) values (new.tenant, tg_table_name, tg_op, to_jsonb(new)); return new; end if; end $$;
create function c.hist() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$ begin
 insert into history (tenant, row_data) values ((to_jsonb(new) ->> 'tenant')::int, row_to_json(new)::jsonb); return null; end $$;
create trigger a after insert or update or delete on c.patients for each row execute function c.audit();
create trigger h after insert or update on c.patients for each row execute function c.hist();
alter table c.patients enable row level security; alter table c.audit enable row level security; alter table c.history enable row level security;
create policy p on c.patients using (tenant = current_setting('app.tenant')::int);
create policy p on c.audit for select using (tenant = current_setting('app.tenant')::int);
create policy p on c.history for select using ((row_data ->> 'tenant')::int = current_setting('app.tenant')::int);
grant select, insert, update, delete on c.patients to desk; grant select on c.audit, c.history to desk;
reset role;

-- @seed
insert into c.patients values (1,1,'a'),(2,2,'b');
insert into c.history (tenant, row_data) values (2, '{"tenant": 1}');

-- check: c.patients UPDATE as=A :: update c.patients set tenant = 2 ;; select true
-- check: c.audit SELECT as=A :: select count(*) > 0 from c.audit where tenant = 2
-- check: c.audit INSERT as=A :: insert into c.patients values (5,1,'x') ;; update c.patients set name = 'z' ;; delete from c.patients ;; owner> select count(*) > 1 from c.audit where tenant = 2
-- check: c.history INSERT as=A :: insert into c.patients values (5,1,'x') ;; owner> select count(*) > 2 from c.history where tenant = 2
-- check: c.history SELECT as=A :: select count(*) > 0 from c.history where tenant = 2
