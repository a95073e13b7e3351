-- case: 366-rules-by-other-names
-- threat: dml
-- null-tenant: foreign
-- tenant: c.t.clinic
-- tenant: c.part2.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.t command=UPDATE verdict=leaks
-- expect: table=c.part2 command=UPDATE verdict=leaks
-- why: rules-by-other-names

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.t (id int primary key, clinic int not null, note text); create view c.everything as select * from c.t; create table c.log (x int); create rule r as on insert to c.log do also update c.everything set note = 'x'; grant insert on c.log to desk;
create table c.whole (id int, clinic int not null, note text) partition by list (clinic); create table c.part1 partition of c.whole for values in (1); create table c.part2 partition of c.whole for values in (2); create table c.other_log (x int); create function c.tell() returns trigger language plpgsql security definer as $$ begin update c.whole set note = 'x'; return new; end $$; create trigger tell after insert on c.other_log for each row execute function c.tell(); grant insert on c.other_log to desk;
reset role;

-- @seed
insert into c.t values (1, 1, ''), (2, 2, ''); insert into c.whole values (1, 1, ''), (2, 2, '');

-- check: c.t UPDATE as=A :: insert into c.log values (1) ;; owner> select count(*) > 0 from c.t where clinic = 2 and note = 'x'
-- check: c.part2 UPDATE as=A :: insert into c.other_log values (1) ;; owner> select count(*) > 0 from c.part2 where clinic = 2 and note = 'x'
