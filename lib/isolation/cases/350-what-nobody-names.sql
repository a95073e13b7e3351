-- case: 350-what-nobody-names
-- threat: dml
-- null-tenant: foreign
-- tenant: c.by_default.clinic
-- tenant: c.by_later_default.clinic
-- tenant: c.by_check.clinic
-- tenant: c.by_policy.clinic
-- tenant: c.by_read_policy.clinic
-- tenant: c.by_domain.clinic
-- tenant: c.by_index.clinic
-- tenant: c.by_when.clinic
-- tenant: c.by_aggregate.clinic
-- tenant: c.by_rule.clinic
-- tenant: c.by_truncate.clinic
-- tenant: c.by_moving.clinic
-- tenant: c.by_operator.clinic
-- tenant: c.by_order.clinic
-- tenant: c.by_argument.clinic
-- tenant: c.by_view.clinic
-- tenant: c.by_reference.clinic
-- tenant: c.untouched.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.by_default command=UPDATE verdict=leaks
-- expect: table=c.by_later_default command=UPDATE verdict=leaks
-- expect: table=c.by_check command=UPDATE verdict=leaks
-- expect: table=c.by_policy command=UPDATE verdict=leaks
-- expect: table=c.by_read_policy command=UPDATE verdict=leaks
-- expect: table=c.by_domain command=UPDATE verdict=leaks
-- expect: table=c.by_index command=UPDATE verdict=leaks
-- expect: table=c.by_when command=UPDATE verdict=leaks
-- expect: table=c.by_aggregate command=UPDATE verdict=leaks
-- expect: table=c.by_rule command=UPDATE verdict=leaks
-- expect: table=c.by_truncate command=UPDATE verdict=leaks
-- expect: table=c.by_moving command=UPDATE verdict=leaks
-- expect: table=c.by_operator command=UPDATE verdict=leaks
-- expect: table=c.by_order command=UPDATE verdict=leaks
-- expect: table=c.by_argument command=UPDATE verdict=leaks
-- expect: table=c.by_view command=UPDATE verdict=leaks
-- expect: table=c.by_reference command=UPDATE verdict=leaks
-- expect: table=c.untouched command=UPDATE verdict=isolated
-- why: what-nobody-names

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.by_default (id int primary key, clinic int not null, note text);
create function c.touch_by_default() returns int language plpgsql security definer as $$ begin update c.by_default set note = 'x'; return 1; end $$;
create table c.l1 (id int, n int default c.touch_by_default());
grant insert (id) on c.l1 to desk;
create table c.by_later_default (id int primary key, clinic int not null, note text);
create function c.touch_by_later_default() returns int language plpgsql security definer as $$ begin update c.by_later_default set note = 'x'; return 1; end $$;
create table c.l2 (id int, n int default c.touch_by_later_default());
create table c.visits_by_later_default (id int);
grant insert on c.visits_by_later_default to desk;
create function c.log_by_later_default() returns trigger language plpgsql security definer as $$ begin insert into c.l2 (id) values (new.id); return new; end $$;
create trigger log after insert on c.visits_by_later_default for each row execute function c.log_by_later_default();
create table c.by_check (id int primary key, clinic int not null, note text);
create function c.touch_by_check() returns int language plpgsql security definer as $$ begin update c.by_check set note = 'x'; return 1; end $$;
create table c.l3 (id int check (c.touch_by_check() = 1));
create table c.visits_by_check (id int);
grant insert on c.visits_by_check to desk;
create function c.log_by_check() returns trigger language plpgsql security definer as $$ begin insert into c.l3 (id) values (new.id); return new; end $$;
create trigger log after insert on c.visits_by_check for each row execute function c.log_by_check();
create table c.by_policy (id int primary key, clinic int not null, note text);
create function c.touch_by_policy() returns int language plpgsql security definer as $$ begin update c.by_policy set note = 'x'; return 1; end $$;
create table c.l4 (id int);
alter table c.l4 enable row level security;
alter table c.l4 force row level security;
create policy p on c.l4 with check (c.touch_by_policy() = 1);
create table c.visits_by_policy (id int);
grant insert on c.visits_by_policy to desk;
create function c.log_by_policy() returns trigger language plpgsql security definer as $$ begin insert into c.l4 (id) values (new.id); return new; end $$;
create trigger log after insert on c.visits_by_policy for each row execute function c.log_by_policy();
create table c.by_read_policy (id int primary key, clinic int not null, note text);
create function c.touch_by_read_policy() returns int language plpgsql security definer as $$ begin update c.by_read_policy set note = 'x'; return 1; end $$;
create table c.l5 (id int);
alter table c.l5 enable row level security;
create policy p on c.l5 using (c.touch_by_read_policy() = 1);
grant select on c.l5 to desk;
create table c.by_domain (id int primary key, clinic int not null, note text);
create function c.touch_by_domain() returns int language plpgsql security definer as $$ begin update c.by_domain set note = 'x'; return 1; end $$;
create domain c.d6 as int check (c.touch_by_domain() = value);
create table c.visits_by_domain (id int);
grant insert on c.visits_by_domain to desk;
create function c.log_by_domain() returns trigger language plpgsql security definer as $$ begin perform 1::c.d6; return new; end $$;
create trigger log after insert on c.visits_by_domain for each row execute function c.log_by_domain();
create table c.by_index (id int primary key, clinic int not null, note text);
create function c.touch_by_index() returns int language plpgsql security definer as $$ begin update c.by_index set note = 'x'; return 1; end $$;
create function c.im7(x int) returns int language plpgsql immutable as $$ begin perform c.touch_by_index(); return x; end $$;
create table c.l7 (id int);
create index on c.l7 (c.im7(id));
create table c.visits_by_index (id int);
grant insert on c.visits_by_index to desk;
create function c.log_by_index() returns trigger language plpgsql security definer as $$ begin insert into c.l7 (id) values (new.id); return new; end $$;
create trigger log after insert on c.visits_by_index for each row execute function c.log_by_index();
create table c.by_when (id int primary key, clinic int not null, note text);
create function c.touch_by_when() returns int language plpgsql security definer as $$ begin update c.by_when set note = 'x'; return 1; end $$;
create table c.l8 (id int);
create function c.nothing() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger w before insert on c.l8 for each row when (c.touch_by_when() = 1) execute function c.nothing();
create table c.visits_by_when (id int);
grant insert on c.visits_by_when to desk;
create function c.log_by_when() returns trigger language plpgsql security definer as $$ begin insert into c.l8 (id) values (new.id); return new; end $$;
create trigger log after insert on c.visits_by_when for each row execute function c.log_by_when();
create table c.by_aggregate (id int primary key, clinic int not null, note text);
create function c.touch_by_aggregate() returns int language plpgsql security definer as $$ begin update c.by_aggregate set note = 'x'; return 1; end $$;
create function c.sf9(s int, x int) returns int language plpgsql as $$ begin perform c.touch_by_aggregate(); return 1; end $$;
create aggregate c.agg9(int) (sfunc = c.sf9, stype = int);
create table c.visits_by_aggregate (id int);
grant insert on c.visits_by_aggregate to desk;
create function c.log_by_aggregate() returns trigger language plpgsql security definer as $$ begin perform c.agg9(x) from generate_series(1, 2) x; return new; end $$;
create trigger log after insert on c.visits_by_aggregate for each row execute function c.log_by_aggregate();
create table c.by_rule (id int primary key, clinic int not null, note text);
create function c.touch_by_rule() returns int language plpgsql security definer as $$ begin update c.by_rule set note = 'x'; return 1; end $$;
create table c.l10 (id int);
create rule r as on insert to c.l10 do also select c.touch_by_rule();
create table c.visits_by_rule (id int);
grant insert on c.visits_by_rule to desk;
create function c.log_by_rule() returns trigger language plpgsql security definer as $$ begin insert into c.l10 values (new.id); return new; end $$;
create trigger log after insert on c.visits_by_rule for each row execute function c.log_by_rule();
create table c.by_truncate (id int primary key, clinic int not null, note text);
create function c.touch_by_truncate() returns int language plpgsql security definer as $$ begin update c.by_truncate set note = 'x'; return 1; end $$;
create table c.l11 (id int);
create function c.io11() returns trigger language plpgsql security definer as $$ begin perform c.touch_by_truncate(); return null; end $$;
create trigger io after truncate on c.l11 execute function c.io11();
grant truncate on c.l11 to desk;
create table c.by_moving (id int primary key, clinic int not null, note text);
create function c.touch_by_moving() returns int language plpgsql security definer as $$ begin update c.by_moving set note = 'x'; return 1; end $$;
create table c.l12 (id int, k int) partition by list (k);
create table c.l12_1 partition of c.l12 for values in (1);
create table c.l12_2 partition of c.l12 for values in (2);
create function c.io12() returns trigger language plpgsql security definer as $$ begin perform c.touch_by_moving(); return new; end $$;
create trigger io before insert on c.l12_2 for each row execute function c.io12();
grant select, update on c.l12 to desk;
create table c.by_operator (id int primary key, clinic int not null, note text);
create function c.touch_by_operator() returns int language plpgsql security definer as $$ begin update c.by_operator set note = 'x'; return 1; end $$;
create function c.op13(a int, b text) returns boolean language plpgsql as $$ begin perform c.touch_by_operator(); return true; end $$;
create operator c.==== (function = c.op13, leftarg = int, rightarg = text);
create table c.visits_by_operator (id int);
grant insert on c.visits_by_operator to desk;
create function c.log_by_operator() returns trigger language plpgsql security definer as $$ begin perform 1 operator(c.====) 'x'; return new; end $$;
create trigger log after insert on c.visits_by_operator for each row execute function c.log_by_operator();
create table c.by_order (id int primary key, clinic int not null, note text);
create function c.touch_by_order() returns int language plpgsql security definer as $$ begin update c.by_order set note = 'x'; return 1; end $$;
create table c.visits_by_order (id int);
grant insert on c.visits_by_order to desk;
create function c.log_by_order() returns trigger language plpgsql security definer as $$ begin perform id from (values (1), (2)) v (id) order by c.touch_by_order(); return new; end $$;
create trigger log after insert on c.visits_by_order for each row execute function c.log_by_order();
create table c.by_argument (id int primary key, clinic int not null, note text);
create function c.touch_by_argument() returns int language plpgsql security definer as $$ begin update c.by_argument set note = 'x'; return 1; end $$;
create function c.da15(x int default c.touch_by_argument()) returns int language sql as $$ select x $$;
create table c.visits_by_argument (id int);
grant insert on c.visits_by_argument to desk;
create function c.log_by_argument() returns trigger language plpgsql security definer as $$ begin perform c.da15(); return new; end $$;
create trigger log after insert on c.visits_by_argument for each row execute function c.log_by_argument();
create table c.by_view (id int primary key, clinic int not null, note text);
create function c.touch_by_view() returns int language plpgsql security definer as $$ begin update c.by_view set note = 'x'; return 1; end $$;
create view c.w16 as select c.touch_by_view() as x;
create table c.visits_by_view (id int);
grant insert on c.visits_by_view to desk;
create function c.log_by_view() returns trigger language plpgsql security definer as $$ begin perform x from c.w16; return new; end $$;
create trigger log after insert on c.visits_by_view for each row execute function c.log_by_view();
create table c.by_reference (id int primary key, clinic int not null, note text);
create function c.touch_by_reference() returns int language plpgsql security definer as $$ begin update c.by_reference set note = 'x'; return 1; end $$;
create table c.p17 (id int primary key);
create table c.l17 (id int default c.touch_by_reference() references c.p17 on delete set default);
grant select, delete on c.p17 to desk;
create table c.untouched (id int primary key, clinic int not null, note text);
alter table c.untouched enable row level security;
create policy own on c.untouched using (clinic = current_setting('app.clinic')::int);
grant select, update on c.untouched to desk;
create table c.l18 (id int, n int default c.touch_by_default());
grant insert on c.l18 to desk;
reset role;

-- @seed
insert into c.by_default values (1, 1, ''), (2, 2, '');
insert into c.by_later_default values (1, 1, ''), (2, 2, '');
insert into c.by_check values (1, 1, ''), (2, 2, '');
insert into c.by_policy values (1, 1, ''), (2, 2, '');
insert into c.by_read_policy values (1, 1, ''), (2, 2, '');
insert into c.l5 values (1);
insert into c.by_domain values (1, 1, ''), (2, 2, '');
insert into c.by_index values (1, 1, ''), (2, 2, '');
insert into c.by_when values (1, 1, ''), (2, 2, '');
insert into c.by_aggregate values (1, 1, ''), (2, 2, '');
insert into c.by_rule values (1, 1, ''), (2, 2, '');
insert into c.by_truncate values (1, 1, ''), (2, 2, '');
insert into c.by_moving values (1, 1, ''), (2, 2, '');
insert into c.l12 values (1, 1);
insert into c.by_operator values (1, 1, ''), (2, 2, '');
insert into c.by_order values (1, 1, ''), (2, 2, '');
insert into c.by_argument values (1, 1, ''), (2, 2, '');
insert into c.by_view values (1, 1, ''), (2, 2, '');
insert into c.by_reference values (1, 1, ''), (2, 2, '');
insert into c.p17 values (1), (2); insert into c.l17 values (2);
insert into c.untouched values (1, 1, ''), (2, 2, '');

-- check: c.by_default UPDATE as=A :: insert into c.l1 (id) values (1) ;; owner> select count(*) > 0 from c.by_default where clinic = 2 and note = 'x'
-- check: c.by_later_default UPDATE as=A :: insert into c.visits_by_later_default values (1) ;; owner> select count(*) > 0 from c.by_later_default where clinic = 2 and note = 'x'
-- check: c.by_check UPDATE as=A :: insert into c.visits_by_check values (1) ;; owner> select count(*) > 0 from c.by_check where clinic = 2 and note = 'x'
-- check: c.by_policy UPDATE as=A :: insert into c.visits_by_policy values (1) ;; owner> select count(*) > 0 from c.by_policy where clinic = 2 and note = 'x'
-- check: c.by_read_policy UPDATE as=A :: select * from c.l5 ;; owner> select count(*) > 0 from c.by_read_policy where clinic = 2 and note = 'x'
-- check: c.by_domain UPDATE as=A :: insert into c.visits_by_domain values (1) ;; owner> select count(*) > 0 from c.by_domain where clinic = 2 and note = 'x'
-- check: c.by_index UPDATE as=A :: insert into c.visits_by_index values (1) ;; owner> select count(*) > 0 from c.by_index where clinic = 2 and note = 'x'
-- check: c.by_when UPDATE as=A :: insert into c.visits_by_when values (1) ;; owner> select count(*) > 0 from c.by_when where clinic = 2 and note = 'x'
-- check: c.by_aggregate UPDATE as=A :: insert into c.visits_by_aggregate values (1) ;; owner> select count(*) > 0 from c.by_aggregate where clinic = 2 and note = 'x'
-- check: c.by_rule UPDATE as=A :: insert into c.visits_by_rule values (1) ;; owner> select count(*) > 0 from c.by_rule where clinic = 2 and note = 'x'
-- check: c.by_truncate UPDATE as=A :: truncate c.l11 ;; owner> select count(*) > 0 from c.by_truncate where clinic = 2 and note = 'x'
-- check: c.by_moving UPDATE as=A :: update c.l12 set k = 2 ;; owner> select count(*) > 0 from c.by_moving where clinic = 2 and note = 'x'
-- check: c.by_operator UPDATE as=A :: insert into c.visits_by_operator values (1) ;; owner> select count(*) > 0 from c.by_operator where clinic = 2 and note = 'x'
-- check: c.by_order UPDATE as=A :: insert into c.visits_by_order values (1) ;; owner> select count(*) > 0 from c.by_order where clinic = 2 and note = 'x'
-- check: c.by_argument UPDATE as=A :: insert into c.visits_by_argument values (1) ;; owner> select count(*) > 0 from c.by_argument where clinic = 2 and note = 'x'
-- check: c.by_view UPDATE as=A :: insert into c.visits_by_view values (1) ;; owner> select count(*) > 0 from c.by_view where clinic = 2 and note = 'x'
-- check: c.by_reference UPDATE as=A :: delete from c.p17 where id = 2 ;; owner> select count(*) > 0 from c.by_reference where clinic = 2 and note = 'x'
-- check: c.untouched UPDATE as=A :: insert into c.l18 (id) values (1) ;; try> update c.untouched set note = 'x' ;; owner> select count(*) > 0 from c.untouched where clinic = 2 and note = 'x'
