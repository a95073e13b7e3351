-- case: 351-members-by-other-ways
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t_view_of_view.clinic
-- tenant: c.t_partition.clinic
-- tenant: c.t_heir.clinic
-- tenant: c.t_above.clinic
-- tenant: c.t_own_trigger.clinic
-- tenant: c.t_unnamed.clinic
-- tenant: c.t_cascaded.clinic
-- tenant: c.t_set_null.clinic
-- tenant: c.t_merged.clinic
-- tenant: c.t_unblocked.clinic
-- tenant: c.t_nothing.clinic
-- principal: name=A tenant=1 role=desk settings={"app.user":"11"}
-- principal: name=B tenant=2 role=desk settings={"app.user":"22"}
-- expect: table=c.t_view_of_view command=SELECT verdict=leaks
-- expect: table=c.t_partition command=SELECT verdict=leaks
-- expect: table=c.t_heir command=SELECT verdict=leaks
-- expect: table=c.t_above command=SELECT verdict=leaks
-- expect: table=c.t_own_trigger command=SELECT verdict=leaks
-- expect: table=c.t_unnamed command=SELECT verdict=leaks
-- expect: table=c.t_cascaded command=SELECT verdict=leaks
-- expect: table=c.t_set_null command=SELECT verdict=leaks
-- expect: table=c.t_merged command=SELECT verdict=leaks
-- expect: table=c.t_unblocked command=SELECT verdict=leaks
-- expect: table=c.t_nothing command=SELECT verdict=isolated
-- why: members-by-other-ways

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.m_view_of_view (usr int, clinic int);
grant select on c.m_view_of_view to desk;
create table c.t_view_of_view (id int primary key, clinic int not null);
alter table c.t_view_of_view enable row level security;
create policy own on c.t_view_of_view as permissive for select using (exists (select 1 from c.m_view_of_view m where m.usr = current_setting('app.user')::int and m.clinic = t_view_of_view.clinic));
grant select on c.t_view_of_view to desk;
create view c.v1 as select * from c.m_view_of_view;
create view c.v2 as select * from c.v1;
grant insert on c.v2 to desk;
create table c.m_partition (usr int, clinic int) partition by list (clinic);
create table c.m_partition_1 partition of c.m_partition for values in (1);
create table c.m_partition_2 partition of c.m_partition for values in (2);
grant select on c.m_partition to desk;
create table c.t_partition (id int primary key, clinic int not null);
alter table c.t_partition enable row level security;
create policy own on c.t_partition as permissive for select using (exists (select 1 from c.m_partition m where m.usr = current_setting('app.user')::int and m.clinic = t_partition.clinic));
grant select on c.t_partition to desk;
grant insert on c.m_partition_2 to desk;
create table c.m_heir (usr int, clinic int);
grant select on c.m_heir to desk;
create table c.t_heir (id int primary key, clinic int not null);
alter table c.t_heir enable row level security;
create policy own on c.t_heir as permissive for select using (exists (select 1 from c.m_heir m where m.usr = current_setting('app.user')::int and m.clinic = t_heir.clinic));
grant select on c.t_heir to desk;
create table c.mh () inherits (c.m_heir);
grant insert on c.mh to desk;
create table c.mp (usr int, clinic int);
create table c.m_above () inherits (c.mp);
grant select on c.m_above to desk;
create table c.t_above (id int primary key, clinic int not null);
alter table c.t_above enable row level security;
create policy own on c.t_above as permissive for select using (exists (select 1 from c.m_above m where m.usr = current_setting('app.user')::int and m.clinic = t_above.clinic));
grant select on c.t_above to desk;
grant select, update on c.mp to desk;
create table c.m_own_trigger (usr int, clinic int);
grant select on c.m_own_trigger to desk;
create table c.t_own_trigger (id int primary key, clinic int not null);
alter table c.t_own_trigger enable row level security;
create policy own on c.t_own_trigger as permissive for select using (exists (select 1 from c.m_own_trigger m where m.usr = current_setting('app.user')::int and m.clinic = t_own_trigger.clinic));
grant select on c.t_own_trigger to desk;
grant insert (usr) on c.m_own_trigger to desk;
create function c.jj5() returns trigger language plpgsql security definer as $$ begin if pg_trigger_depth() < 2 then insert into c.m_own_trigger values (new.usr, 2); end if; return new; end $$;
create trigger jj after insert on c.m_own_trigger for each row execute function c.jj5();
create table c.m_unnamed (usr int, clinic int);
grant select on c.m_unnamed to desk;
create table c.t_unnamed (id int primary key, clinic int not null);
alter table c.t_unnamed enable row level security;
create policy own on c.t_unnamed as permissive for select using (exists (select 1 from c.m_unnamed m where m.usr = current_setting('app.user')::int and m.clinic = t_unnamed.clinic));
grant select on c.t_unnamed to desk;
create function c.jj6() returns int language plpgsql security definer as $$ begin insert into c.m_unnamed values (11, 2); return 1; end $$;
create table c.q6 (id int, n int default c.jj6());
grant insert (id) on c.q6 to desk;
create table c.k7 (id int primary key);
create table c.m_cascaded (usr int, clinic int references c.k7 on update cascade);
grant select on c.m_cascaded to desk;
create table c.t_cascaded (id int primary key, clinic int not null);
alter table c.t_cascaded enable row level security;
create policy own on c.t_cascaded as permissive for select using (exists (select 1 from c.m_cascaded m where m.usr = current_setting('app.user')::int and m.clinic = t_cascaded.clinic));
grant select on c.t_cascaded to desk;
grant select, update on c.k7 to desk;
create table c.k8 (id int primary key);
create table c.m_set_null (usr int, clinic int, unless int references c.k8 on delete set null);
grant select on c.m_set_null to desk;
create table c.t_set_null (id int primary key, clinic int not null);
alter table c.t_set_null enable row level security;
create policy own on c.t_set_null as permissive for select using (exists (select 1 from c.m_set_null m where m.usr = current_setting('app.user')::int and m.clinic = t_set_null.clinic and m.unless is null));
grant select on c.t_set_null to desk;
grant select, delete on c.k8 to desk;
create table c.m_merged (usr int, clinic int);
grant select on c.m_merged to desk;
create table c.t_merged (id int primary key, clinic int not null);
alter table c.t_merged enable row level security;
create policy own on c.t_merged as permissive for select using (exists (select 1 from c.m_merged m where m.usr = current_setting('app.user')::int and m.clinic = t_merged.clinic));
grant select on c.t_merged to desk;
create function c.jj9() returns void language sql security definer as $$ merge into c.m_merged using (select 11 as u, 2 as k) s on m_merged.usr = s.u and m_merged.clinic = s.k when not matched then insert values (s.u, s.k) $$;
create table c.k10 (id int primary key);
create table c.b10 (k int references c.k10 on delete cascade, clinic int);
grant select on c.b10 to desk;
create table c.m_unblocked (usr int, clinic int);
grant select on c.m_unblocked to desk;
create table c.t_unblocked (id int primary key, clinic int not null);
alter table c.t_unblocked enable row level security;
create policy own on c.t_unblocked as permissive for select using (exists (select 1 from c.m_unblocked m where m.usr = current_setting('app.user')::int and m.clinic = t_unblocked.clinic and not exists (select 1 from c.b10 b where b.clinic = t_unblocked.clinic)));
grant select on c.t_unblocked to desk;
grant select, delete on c.k10 to desk;
create table c.m_nothing (usr int, clinic int);
grant select on c.m_nothing to desk;
create table c.t_nothing (id int primary key, clinic int not null);
alter table c.t_nothing enable row level security;
create policy own on c.t_nothing as permissive for select using (exists (select 1 from c.m_nothing m where m.usr = current_setting('app.user')::int and m.clinic = t_nothing.clinic));
grant select on c.t_nothing to desk;
reset role;

-- @seed
insert into c.t_view_of_view values (1, 1), (2, 2);
insert into c.m_view_of_view values (11, 1), (22, 2);
insert into c.t_partition values (1, 1), (2, 2);
insert into c.m_partition values (11, 1), (22, 2);
insert into c.t_heir values (1, 1), (2, 2);
insert into c.m_heir values (11, 1), (22, 2);
insert into c.t_above values (1, 1), (2, 2);
insert into c.m_above values (11, 1), (22, 2);
insert into c.t_own_trigger values (1, 1), (2, 2);
insert into c.m_own_trigger values (11, 1), (22, 2);
insert into c.t_unnamed values (1, 1), (2, 2);
insert into c.m_unnamed values (11, 1), (22, 2);
insert into c.t_cascaded values (1, 1), (2, 2);
insert into c.k7 values (1), (2); insert into c.m_cascaded values (11, 1), (22, 2);
insert into c.t_set_null values (1, 1), (2, 2);
insert into c.k8 values (5); insert into c.m_set_null values (11, 1, null), (11, 2, 5), (22, 2, null);
insert into c.t_merged values (1, 1), (2, 2);
insert into c.m_merged values (11, 1), (22, 2);
insert into c.t_unblocked values (1, 1), (2, 2);
insert into c.k10 values (1); insert into c.b10 values (1, 2); insert into c.m_unblocked values (11, 1), (11, 2), (22, 2);
insert into c.t_nothing values (1, 1), (2, 2);
insert into c.m_nothing values (11, 1), (22, 2);

-- check: c.t_view_of_view SELECT as=A :: insert into c.v2 values (11, 2) ;; select count(*) > 0 from c.t_view_of_view where clinic = 2
-- check: c.t_partition SELECT as=A :: insert into c.m_partition_2 values (11, 2) ;; select count(*) > 0 from c.t_partition where clinic = 2
-- check: c.t_heir SELECT as=A :: insert into c.mh values (11, 2) ;; select count(*) > 0 from c.t_heir where clinic = 2
-- check: c.t_above SELECT as=A :: update c.mp set usr = 11 ;; select count(*) > 0 from c.t_above where clinic = 2
-- check: c.t_own_trigger SELECT as=A :: insert into c.m_own_trigger (usr) values (11) ;; select count(*) > 0 from c.t_own_trigger where clinic = 2
-- check: c.t_unnamed SELECT as=A :: insert into c.q6 (id) values (1) ;; select count(*) > 0 from c.t_unnamed where clinic = 2
-- check: c.t_cascaded SELECT as=A :: update c.k7 set id = 9 where id = 2 ;; update c.k7 set id = 2 where id = 1 ;; select count(*) > 0 from c.t_cascaded where clinic = 2
-- check: c.t_set_null SELECT as=A :: delete from c.k8 where id = 5 ;; select count(*) > 0 from c.t_set_null where clinic = 2
-- check: c.t_merged SELECT as=A :: select c.jj9() ;; select count(*) > 0 from c.t_merged where clinic = 2
-- check: c.t_unblocked SELECT as=A :: delete from c.k10 ;; select count(*) > 0 from c.t_unblocked where clinic = 2
-- check: c.t_nothing SELECT as=A :: select 1 ;; select count(*) > 0 from c.t_nothing where clinic = 2
