-- case: 389-memberships-that-ended
-- threat: dml
-- null-tenant: foreign
-- tenant: c.reports.org_id
-- tenant: c.payroll.org_id
-- tenant: c.tags.org_id
-- principal: name=A tenant=1 role=desk settings={"app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.user":"22"}
-- membership: c.memberships user=user_id tenant=org_id when="ended_at is null" session="c.uid()"
-- expect: table=c.reports command=SELECT verdict=isolated
-- expect: table=c.reports command=INSERT verdict=isolated
-- expect: table=c.payroll command=SELECT verdict=isolated
-- expect: table=c.payroll command=UPDATE verdict=isolated
-- why: WITH in a policy, roles in a list, a membership that is ended

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;

create function c.uid() returns int language sql stable as $$ select nullif(current_setting('app.user', true), '')::int $$;
create table c.memberships (user_id int not null, org_id int not null, roles text[] not null default '{}', ended_at timestamptz, primary key (user_id, org_id));
create table c.reports (id int primary key, org_id int not null);
create table c.payroll (id int primary key, org_id int not null);
create table c.tags (id int primary key, org_id int not null);
alter table c.memberships enable row level security; alter table c.reports enable row level security; alter table c.payroll enable row level security; alter table c.tags enable row level security;
create policy me on c.memberships for select using (user_id = c.uid());
create policy leave on c.memberships for update using (user_id = c.uid()) with check (user_id = c.uid());
create policy p on c.reports using (org_id in (with mine as (select m.org_id from c.memberships m where m.user_id = c.uid() and m.ended_at is null) select mine.org_id from mine));
create policy p on c.payroll using (exists (select from c.memberships m where m.org_id = payroll.org_id and m.user_id = c.uid() and m.ended_at is null and 'hr' = any (m.roles)));
create policy p on c.tags using (exists (select from c.memberships m join c.tags t on true where m.org_id = tags.org_id and m.user_id = c.uid()) is not null);
grant select on c.memberships to desk; grant update (ended_at) on c.memberships to desk;
grant select, insert, update, delete on c.reports, c.payroll to desk;
reset role;

-- @seed
insert into c.memberships values (11,1,'{hr}',null),(22,2,'{hr}',null);
insert into c.reports values (1,1),(2,2); insert into c.payroll values (1,1),(2,2);

-- check: c.reports SELECT as=A :: update c.memberships set ended_at = null ;; select count(*) > 0 from c.reports where org_id = 2
-- check: c.reports INSERT as=A :: insert into c.reports values (3,2) ;; select true
-- check: c.payroll SELECT as=A :: select count(*) > 0 from c.payroll where org_id = 2
-- check: c.payroll UPDATE as=A :: update c.payroll set org_id = 2 ;; select true
