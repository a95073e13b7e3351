-- case: 617-setting-that-no-word-tells
-- threat: dml
-- null-tenant: foreign
-- tenant: c.behind_dashes.clinic
-- tenant: c.between_marks.clinic
-- tenant: c.in_pieces.clinic
-- principal: name=A tenant=1 role=desk settings={"app.behind_dashes":"1","app.between_marks":"1","app.in_pieces":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.behind_dashes":"2","app.between_marks":"2","app.in_pieces":"2"}
-- expect: table=c.behind_dashes command=SELECT verdict=leaks
-- expect: table=c.between_marks command=SELECT verdict=leaks
-- expect: table=c.in_pieces command=SELECT verdict=leaks
-- why: what looks like a comment stands in a text, what is run is put together

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.behind_dashes (id int primary key, clinic int not null);
alter table c.behind_dashes enable row level security;
create policy own on c.behind_dashes using (clinic = current_setting('app.behind_dashes')::int);
grant select on c.behind_dashes to desk;
create function c.behind_dashes() returns void language plpgsql as $f$ declare v text; begin v := '--'; perform set_config('app.behind_dashes', '2', true); end $f$;
create table c.between_marks (id int primary key, clinic int not null);
alter table c.between_marks enable row level security;
create policy own on c.between_marks using (clinic = current_setting('app.between_marks')::int);
grant select on c.between_marks to desk;
create function c.between_marks() returns void language plpgsql as $f$ declare v text; begin v := '/*'; perform set_config('app.between_marks', '2', true); v := '*/'; end $f$;
create table c.in_pieces (id int primary key, clinic int not null);
alter table c.in_pieces enable row level security;
create policy own on c.in_pieces using (clinic = current_setting('app.in_pieces')::int);
grant select on c.in_pieces to desk;
create function c.in_pieces() returns void language plpgsql as $f$ begin execute 'se' || 't local app.in_pieces = ''2'''; end $f$;
reset role;

-- @seed
insert into c.behind_dashes values (1, 1), (2, 2);
insert into c.between_marks values (1, 1), (2, 2);
insert into c.in_pieces values (1, 1), (2, 2);

-- check: c.behind_dashes SELECT as=A :: select c.behind_dashes() ;; select count(*) > 0 from c.behind_dashes where clinic = 2
-- check: c.between_marks SELECT as=A :: select c.between_marks() ;; select count(*) > 0 from c.between_marks where clinic = 2
-- check: c.in_pieces SELECT as=A :: select c.in_pieces() ;; select count(*) > 0 from c.in_pieces where clinic = 2
